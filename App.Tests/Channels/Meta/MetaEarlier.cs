using System.Globalization;
using System.Text.Json.Nodes;

namespace Inbox.Tests.Channels.Meta;

/// <summary>What a webhook body of Messenger or Instagram speaks of, as the platform has delivered it before: the message that is answered, liked, changed, taken back, delivered or read.</summary>
internal static class MetaEarlier
{
    public static IEnumerable<(string Account, string? Group)> Accounts(JsonNode body)
        => Entries(body).Select(entry => Text(entry["id"])).OfType<string>().Distinct().Select(account => (account, (string?)null));

    public static IEnumerable<JsonNode> Of(JsonNode body)
        => from entry in Entries(body)
           from item in Objects(entry["messaging"])
           from before in Before(Text(entry["id"])!, item)
           select (JsonNode)new JsonObject
           {
               ["object"] = Text(body["object"]),
               ["entry"] = new JsonArray(new JsonObject { ["id"] = Text(entry["id"]), ["messaging"] = new JsonArray(before) }),
           };

    private static IEnumerable<JsonObject> Before(string account, JsonObject item)
    {
        if (Text(item["sender"]?["id"]) is not { } person)
        {
            yield break;
        }

        var at = long.TryParse(Text(item["timestamp"]), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
        if ((Text(item["message"]?["is_deleted"]) == "true" ? Text(item["message"]!["mid"]) : Text(item["message_edit"]?["mid"])) is { } changed)
        {
            yield return Item(person, account, at - 60_000, "message", new JsonObject { ["mid"] = changed, ["text"] = "Earlier" });
        }

        if ((Text(item["message"]?["reply_to"]?["mid"]) ?? Text(item["reaction"]?["mid"])) is { } answered)
        {
            yield return Echo(account, person, at - 60_000, answered);
        }

        if (Text(item["reaction"]?["action"]) == "unreact")
        {
            yield return Item(person, account, at - 30_000, "reaction", new JsonObject { ["mid"] = Text(item["reaction"]!["mid"]), ["action"] = "react", ["reaction"] = "other", ["emoji"] = "🎉" });
        }

        if ((item["delivery"] ?? item["read"]) is { } receipt)
        {
            var upTo = receipt["watermark"] is { } watermark ? watermark.GetValue<long>() : at;
            yield return Echo(account, person, upTo - 60_000, Text(receipt["mids"]?[0]) ?? Text(receipt["mid"]) ?? "m_earlier");
            yield return Echo(account, person, upTo + 60_000, "m_later", "Later");
        }
    }

    /// <summary>Written in the platform's own inbox.</summary>
    private static JsonObject Echo(string account, string person, long at, string mid, string text = "Earlier")
        => Item(account, person, at, "message", new JsonObject { ["mid"] = mid, ["text"] = text, ["is_echo"] = true, ["app_id"] = 1 });

    private static JsonObject Item(string from, string to, long at, string key, JsonObject content) => new()
    {
        ["sender"] = new JsonObject { ["id"] = from },
        ["recipient"] = new JsonObject { ["id"] = to },
        ["timestamp"] = at,
        [key] = content,
    };

    private static IEnumerable<JsonObject> Entries(JsonNode body) => Objects(body["entry"]);

    private static IEnumerable<JsonObject> Objects(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();

    private static string? Text(JsonNode? value) => value?.ToString();
}
