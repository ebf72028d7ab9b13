using System.Text.Json;

namespace Inbox.Channels.Sandbox;

/// <summary>The webhook bodies of Messenger and Instagram that the stand-in sends, in the platform's own shape.</summary>
internal static class SandboxMessagingWebhooks
{
    private const long AppId = 1234567890;

    /// <param name="message">What stands beside the id.</param>
    public static object Message(Channel channel, string user, string id, DateTimeOffset at, Dictionary<string, object> message)
        => FromUser(channel, user, at, "message", new Dictionary<string, object>(message) { ["mid"] = id });

    public static object Postback(Channel channel, string user, string id, DateTimeOffset at, SandboxOffer offer)
        => FromUser(channel, user, at, "postback", new { mid = id, title = offer.Title, payload = offer.Payload });

    /// <param name="emoji">Null takes it back.</param>
    public static object Reaction(Channel channel, string user, string target, DateTimeOffset at, string? emoji)
        => FromUser(channel, user, at, "reaction", emoji is null ? new { mid = target, action = "unreact" } : new { mid = target, action = "react", reaction = "love", emoji });

    /// <returns>Null for a status that this platform does not tell.</returns>
    public static object? Status(Channel channel, SandboxSend send, string status, DateTimeOffset at)
    {
        var isInstagram = channel.Kind == SandboxChannels.Instagram;
        return status switch
        {
            "sent" => Echo(channel, send, at, isInstagram),
            "delivered" when isInstagram => null,
            "delivered" => FromUser(channel, send.To, at, "delivery", new { mids = new[] { send.Id }, watermark = Watermark(at) }),
            _ when isInstagram => FromUser(channel, send.To, at, "read", new { mid = send.Id }),
            _ => FromUser(channel, send.To, at, "read", new { watermark = Watermark(at) }),
        };
    }

    /// <summary>What was sent comes back; Messenger says who sent it and with which data, Instagram does not.</summary>
    private static object Echo(Channel channel, SandboxSend send, DateTimeOffset at, bool isInstagram)
    {
        var message = new Dictionary<string, object> { ["mid"] = send.Id, ["is_echo"] = true };
        if (send.Message.At("text") is { ValueKind: JsonValueKind.String } text)
        {
            message["text"] = text;
        }

        if (send.Message.At("attachment") is { ValueKind: JsonValueKind.Object } attachment)
        {
            message["attachments"] = new[] { attachment };
        }

        if (!isInstagram)
        {
            message["app_id"] = AppId;
            if (send.CallbackData is { } metadata)
            {
                message["metadata"] = metadata;
            }
        }

        return Body(channel, at, channel.ExternalId, send.To, "message", message);
    }

    /// <summary>What was sent before it is meant.</summary>
    private static long Watermark(DateTimeOffset at) => at.ToUnixTimeMilliseconds() + 1;

    private static object FromUser(Channel channel, string user, DateTimeOffset at, string key, object value) => Body(channel, at, user, channel.ExternalId, key, value);

    private static object Body(Channel channel, DateTimeOffset at, string sender, string recipient, string key, object value) => new
    {
        @object = channel.Kind == SandboxChannels.Instagram ? "instagram" : "page",
        entry = new[]
        {
            new
            {
                id = channel.ExternalId,
                time = at.ToUnixTimeMilliseconds(),
                messaging = new[]
                {
                    new Dictionary<string, object>
                    {
                        ["sender"] = new { id = sender },
                        ["recipient"] = new { id = recipient },
                        ["timestamp"] = at.ToUnixTimeMilliseconds(),
                        [key] = value,
                    },
                },
            },
        },
    };
}
