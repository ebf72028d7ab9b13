using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Channels.Outbound;

namespace Inbox.Channels.Meta;

/// <summary>The JSON of a send to Messenger or Instagram.</summary>
/// <seealso href="https://developers.facebook.com/docs/messenger-platform/reference/send-api"/>
internal static class MetaRequest
{
    /// <param name="message">What to send.</param>
    /// <param name="messagingType">RESPONSE for Messenger; Instagram has none.</param>
    /// <param name="attachmentId">The platform's id of the uploaded file; null for a message without one.</param>
    public static byte[] Body(OutboundMessage message, string? messagingType, string? attachmentId = null)
    {
        var body = new JsonObject { ["recipient"] = new JsonObject { ["id"] = message.To.Value } };
        if (messagingType is not null)
        {
            body["messaging_type"] = messagingType;
        }

        var part = Part(message, attachmentId);
        if (message.ReplyTo is not null)
        {
            part["reply_to"] = new JsonObject { ["mid"] = message.ReplyTo };
        }

        part["metadata"] = MetaCallback.Of(message.MessageId);
        body["message"] = part;
        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    /// <summary>The platform's word for a kind of file.</summary>
    public static string TypeOf(OutboundFile file) => file.Kind switch { "image" or "sticker" => "image", "video" => "video", "audio" or "voice" => "audio", _ => "file" };

    private static JsonObject Part(OutboundMessage message, string? attachmentId) => message switch
    {
        { File: { } file } => Attachment(TypeOf(file), new JsonObject { ["attachment_id"] = attachmentId }),
        { Content.Interactive: { Link: { } link } } => Attachment("template", new JsonObject
        {
            ["template_type"] = "button",
            ["text"] = message.Text,
            ["buttons"] = new JsonArray(new JsonObject { ["type"] = "web_url", ["url"] = link.Url, ["title"] = link.Title }),
        }),
        { Content.Interactive: { Buttons: { } buttons } } => new JsonObject
        {
            ["text"] = message.Text,
            ["quick_replies"] = new JsonArray([.. buttons.Select(button => new JsonObject { ["content_type"] = "text", ["title"] = button.Title, ["payload"] = button.Id })]),
        },
        _ => new JsonObject { ["text"] = message.Text },
    };

    private static JsonObject Attachment(string type, JsonObject payload) => new() { ["attachment"] = new JsonObject { ["type"] = type, ["payload"] = payload } };
}
