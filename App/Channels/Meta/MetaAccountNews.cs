using System.Text.Json;
using Inbox.Data;

namespace Inbox.Channels.Meta;

/// <summary>What happens around a page or an Instagram account and is no message: comments, and warnings of the platform.</summary>
/// <seealso href="https://developers.facebook.com/docs/graph-api/webhooks/reference/page/"/>
/// <seealso href="https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messaging_policy_enforcement"/>
internal static class MetaAccountNews
{
    private const int LongestName = 100;
    private const int LongestText = 300;

    /// <param name="field">Of the change or the event.</param>
    /// <param name="item">The change with its <c>value</c>, or the event.</param>
    /// <returns>Null where there are no words for it.</returns>
    public static AccountNews? Read(string field, JsonElement item)
    {
        var value = item.At("value");
        return field switch
        {
            "comments" or "live_comments" => Comment(value, value.At("text").Text()),
            "feed" when value.At("item").Text() == "comment" => Comment(value, value.At("message").Text()),
            "mentions" => new AccountNews("The account was mentioned in a comment or a caption."),
            // The platform's page writes it with a hyphen, its list of fields does not.
            "policy-enforcement" or "policy_enforcement" => Enforcement(item.At(field)),
            _ => null,
        };
    }

    private static AccountNews Comment(JsonElement value, string? text)
    {
        var who = (value.At("from").At("username").Text() ?? value.At("from").At("name").Text())?.Cut(LongestName) ?? "Somebody";
        return new AccountNews(
            value.At("verb").Text() is "remove" or "hide" ? $"{who} removed a comment."
            : text is { Length: > 0 } ? $"{who} commented: {text.Cut(LongestText)}"
            : $"{who} commented.");
    }

    private static AccountNews Enforcement(JsonElement enforcement)
    {
        var reason = enforcement.At("reason").Text() is { Length: > 0 } said ? $" {said}" : "";
        return enforcement.At("action").Text() switch
        {
            "unblock" => new($"The platform lets the account send again.{reason}", AccountNewsKind.Better),
            "block" => new($"The platform has blocked the account: nothing is sent.{reason}", AccountNewsKind.Warning),
            _ => new($"The platform warns of a violation of its rules.{reason}", AccountNewsKind.Warning),
        };
    }
}
