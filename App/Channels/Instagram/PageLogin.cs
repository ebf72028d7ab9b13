using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Channels.Meta;

namespace Inbox.Channels.Instagram;

/// <summary>
/// An account that is linked to a Facebook page can be connected with the page's token ("Facebook login"). Such a token is
/// good at another host, and sends in the name of the page.
/// </summary>
/// <seealso href="https://developers.facebook.com/docs/messenger-platform/instagram/get-started"/>
internal static class PageLogin
{
    private const int LongestPage = 100;

    public static ChannelField Field { get; } = new("page_id", IsSecret: false, IsRequired: false);

    /// <returns>Null for an account with an Instagram login.</returns>
    public static string? PageOf(Channel channel) => JsonElement.Parse(channel.Settings).At(Field.Name).Text() is { Length: > 0 } page ? page : null;

    /// <exception cref="Tenancy.RefusedException">invalid_value, with the field.</exception>
    public static void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values)
    {
        if (values.ContainsKey(Field.Name))
        {
            var settings = JsonNode.Parse(channel.Settings)!.AsObject();
            settings[Field.Name] = MetaConnection.Text(values, Field.Name, LongestPage);
            channel.Settings = settings.ToJsonString();
            var page = PageOf(channel);
            // Some of what happens at such an account is told of its page.
            channel.GroupProvenAt = page == channel.GroupId ? channel.GroupProvenAt : null;
            channel.GroupId = page;
        }
    }
}
