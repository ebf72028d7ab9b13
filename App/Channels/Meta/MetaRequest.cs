using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Channels.Outbound;

namespace Inbox.Channels.Meta;

/// <param name="Id">Of an upload.</param>
/// <param name="Address">From where the platform fetches it.</param>
internal sealed record MetaFile(string? Id = null, string? Address = null);

/// <summary>The JSON of a send to Messenger or Instagram.</summary>
/// <seealso href="https://developers.facebook.com/docs/messenger-platform/reference/send-api"/>
internal static class MetaRequest
{
    /// <param name="message">What to send.</param>
    /// <param name="messagingType">RESPONSE for Messenger; Instagram has none.</param>
    /// <param name="file">Where the platform has the message's file, or gets it from; null for a message without one.</param>
    public static byte[] Body(OutboundMessage message, string? messagingType, MetaFile? file = null)
    {
        var body = new JsonObject { ["recipient"] = Recipient(message.To) };
        if (message.Content?.HumanAgent == true)
        {
            (body["messaging_type"], body["tag"]) = ("MESSAGE_TAG", HumanAgent.Tag);
        }
        else if (messagingType is not null)
        {
            body["messaging_type"] = messagingType;
        }

        var part = messagingType is null && message is { Text: MetaMessaging.Heart, File: null, Content: null or { Interactive: null } }
            ? new JsonObject { ["attachment"] = new JsonObject { ["type"] = "like_heart" } }
            : Part(message, file);
        if (message.ReplyTo is not null)
        {
            part["reply_to"] = new JsonObject { ["mid"] = message.ReplyTo };
        }

        part["metadata"] = MetaCallback.Of(message.MessageId);
        body["message"] = part;
        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    /// <seealso href="https://developers.facebook.com/docs/messenger-platform/send-messages/sender-actions"/>
    public static byte[] Body(OutboundSign sign)
    {
        var body = new JsonObject
        {
            ["recipient"] = Recipient(sign.To),
            ["sender_action"] = sign switch { OutboundSign.Typing => "typing_on", OutboundSign.Reaction { Emoji: null } => "unreact", OutboundSign.Reaction => "react", _ => "mark_seen" },
        };
        if (sign is OutboundSign.Reaction reaction)
        {
            var payload = new JsonObject { ["message_id"] = sign.About };
            if (reaction.Emoji is not null)
            {
                payload["reaction"] = "love";   // the only one that it takes
            }

            body["payload"] = payload;
        }

        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    /// <summary>Who wrote by a plugin of the page's own site has a reference in place of an id.</summary>
    private static JsonObject Recipient(ContactAddress to) => new() { [to.Kind == MetaMessaging.ReferenceKind ? "user_ref" : "id"] = to.Value };

    /// <summary>The platform's word for a kind of file.</summary>
    public static string TypeOf(OutboundFile file) => file.Kind switch { "image" or "sticker" => "image", "video" => "video", "audio" or "voice" => "audio", _ => "file" };

    private static JsonObject Part(OutboundMessage message, MetaFile? where) => message switch
    {
        { File: { } file } => Attachment(TypeOf(file), where?.Id is { } id ? new JsonObject { ["attachment_id"] = id } : new JsonObject { ["url"] = where?.Address }),
        { Content.Interactive: { Link: { } link } } => Attachment("template", new JsonObject
        {
            ["template_type"] = "button",
            ["text"] = message.Text,
            ["buttons"] = new JsonArray(new JsonObject { ["type"] = "web_url", ["url"] = link.Url, ["title"] = link.Title }),
        }),
        { Content.Interactive: { Menu: { } menu } } => Attachment("template", new JsonObject
        {
            ["template_type"] = "button",
            ["text"] = message.Text,
            ["buttons"] = Buttons(menu),
        }),
        { Content.Interactive: { Cards: { } cards } } => Attachment("template", new JsonObject
        {
            ["template_type"] = "generic",
            ["elements"] = new JsonArray([.. cards.Select(Card)]),
        }),
        { Content.Interactive: { Buttons: { } buttons } } => new JsonObject
        {
            ["text"] = message.Text,
            ["quick_replies"] = new JsonArray([.. buttons.Select(button => new JsonObject { ["content_type"] = "text", ["title"] = button.Title, ["payload"] = button.Id })]),
        },
        _ => new JsonObject { ["text"] = message.Text },
    };

    private static JsonObject Card(OfferCard card)
    {
        var element = new JsonObject { ["title"] = card.Title };
        if (card.Subtitle is { } subtitle)
        {
            element["subtitle"] = subtitle;
        }

        if (card.ImageUrl is { } image)
        {
            element["image_url"] = image;
        }

        if (card.Url is { } url)
        {
            element["default_action"] = new JsonObject { ["type"] = "web_url", ["url"] = url };
        }

        if (card.Buttons is { } buttons)
        {
            element["buttons"] = Buttons(buttons);
        }

        return element;
    }

    private static JsonArray Buttons(IEnumerable<OfferButton> buttons) => [.. buttons.Select(button => button switch
    {
        { Url: { } url } => new JsonObject { ["type"] = "web_url", ["url"] = url, ["title"] = button.Title },
        { Phone: { } phone } => new JsonObject { ["type"] = "phone_number", ["title"] = button.Title, ["payload"] = phone },
        _ => new JsonObject { ["type"] = "postback", ["title"] = button.Title, ["payload"] = button.Id },
    })];

    private static JsonObject Attachment(string type, JsonObject payload) => new() { ["attachment"] = new JsonObject { ["type"] = type, ["payload"] = payload } };
}
