using System.Text;
using System.Text.Json;
using static Inbox.Channels.Sandbox.SandboxMessagingRequest;
using static Inbox.Channels.Sandbox.SandboxRequest;

namespace Inbox.Channels.Sandbox;

/// <summary>What a message to Messenger or Instagram says, held against the platform's documented shape.</summary>
/// <seealso href="https://developers.facebook.com/docs/messenger-platform/reference/templates/generic"/>
/// <seealso href="https://developers.facebook.com/docs/messenger-platform/reference/templates/button"/>
internal static class SandboxMessagingContent
{
    private const int TextLimit = 1999;
    private const int TextBytes = 1000;
    private const int MetadataLimit = 1000;
    private const int MostQuickReplies = 13;
    private const int MostElements = 10;
    private const int MostButtons = 3;
    private const int TitleLimit = 20;
    private const int ElementLimit = 80;
    private const int ButtonTextLimit = 640;
    private const int PayloadLimit = 1000;

    internal static readonly string[] Files = ["image", "video", "audio", "file"];

    /// <returns>Null when it is right.</returns>
    public static SandboxRefusal? Check(Channel channel, JsonElement message)
    {
        var isInstagram = channel.Kind == SandboxChannels.Instagram;
        var (text, attachment, replies) = (message.At("text"), message.At("attachment"), message.At("quick_replies"));
        return Keys(message, "message", "text", "attachment", "quick_replies", "reply_to", "metadata")
            ?? (text.ValueKind == JsonValueKind.Undefined == (attachment.ValueKind == JsonValueKind.Undefined) ? Wrong("A message has a text or an attachment, and not both.") : null)
            ?? (text.ValueKind == JsonValueKind.Undefined ? Attachment(isInstagram, attachment) : Text(isInstagram, text))
            ?? (replies.ValueKind == JsonValueKind.Undefined ? null : QuickReplies(replies))
            ?? (message.At("reply_to") is { ValueKind: not JsonValueKind.Undefined } reply ? Keys(reply, "reply_to", "mid") ?? Length(reply.At("mid"), "reply_to['mid']", PayloadLimit) : null)
            ?? Optional(message.At("metadata"), "message[metadata]", MetadataLimit);
    }

    /// <summary>A line for the sandbox's screen.</summary>
    public static string Shown(JsonElement message)
    {
        var attachment = message.At("attachment");
        var payload = attachment.At("payload");
        return message.At("text").Text() ?? payload.At("text").Text()
            ?? (payload.At("elements").ValueKind == JsonValueKind.Array
                ? string.Join('\n', payload.At("elements").Items().Select(element => element.At("subtitle").Text() is { } subtitle ? $"{element.At("title").Text()}: {subtitle}" : element.At("title").Text()))
                : $"[{attachment.At("type").Text()}]");
    }

    /// <summary>What the customer can press.</summary>
    public static IEnumerable<SandboxOffer> Offers(JsonElement message)
    {
        var payload = message.At("attachment").At("payload");
        return message.At("quick_replies").Items().Select(reply => new SandboxOffer("quick_reply", reply.At("title").Text()!, reply.At("payload").Text()!))
            .Concat(payload.At("buttons").Items().Concat(payload.At("elements").Items().SelectMany(element => element.At("buttons").Items())).Select(Offer));
    }

    private static SandboxOffer Offer(JsonElement button) => button.At("type").Text() == "postback"
        ? new SandboxOffer("postback", button.At("title").Text()!, button.At("payload").Text()!)
        : new SandboxOffer("link", button.At("title").Text()!, (button.At("url").Text() ?? button.At("payload").Text())!);

    private static SandboxRefusal? Text(bool isInstagram, JsonElement text) => text.Text() switch
    {
        not { Length: > 0 } => Wrong("Param message[text] must be a non-empty string."),
        { } said when isInstagram && Encoding.UTF8.GetByteCount(said) > TextBytes => Wrong($"Length of param message[text] must be less than or equal to {TextBytes} bytes"),
        { Length: > TextLimit } => Wrong($"Length of param message[text] must be less than or equal to {TextLimit}"),
        _ => null,
    };

    private static SandboxRefusal? QuickReplies(JsonElement replies)
        => Count(replies, MostQuickReplies, "message[quick_replies]")
            ?? First(replies, reply => Keys(reply, "quick_replies", "content_type", "title", "payload")
                ?? (reply.At("content_type").Text() == "text" ? null : Wrong("The sandbox takes quick replies of the content type text."))
                ?? Length(reply.At("title"), "title", TitleLimit) ?? Length(reply.At("payload"), "payload", PayloadLimit));

    private static SandboxRefusal? Attachment(bool isInstagram, JsonElement attachment)
    {
        var (type, payload) = (attachment.At("type").Text(), attachment.At("payload"));
        return Keys(attachment, "attachment", "type", "payload") ?? type switch
        {
            "template" => Template(isInstagram, payload),
            "like_heart" when isInstagram => payload.ValueKind == JsonValueKind.Undefined ? null : Wrong("like_heart has no payload."),
            "MEDIA_SHARE" when isInstagram => Keys(payload, "payload", "id") ?? Length(payload.At("id"), "payload[id]", PayloadLimit),
            { } file when Files.Contains(file) => File(isInstagram, payload),
            _ => Wrong("Param message[attachment][type] is not one that is documented."),
        };
    }

    private static SandboxRefusal? File(bool isInstagram, JsonElement payload)
    {
        var (url, id) = (payload.At("url"), payload.At("attachment_id"));
        return (isInstagram ? Keys(payload, "payload", "url") : Keys(payload, "payload", "url", "attachment_id", "is_reusable"))
            ?? (url.ValueKind == JsonValueKind.Undefined == (id.ValueKind == JsonValueKind.Undefined) ? Wrong("A payload has url or attachment_id.") : null)
            ?? (url.ValueKind == JsonValueKind.Undefined ? Length(id, "attachment_id", PayloadLimit) : Url(url, "payload[url]"))
            ?? (payload.At("is_reusable").ValueKind is JsonValueKind.Undefined or JsonValueKind.True or JsonValueKind.False ? null : Wrong("is_reusable must be a boolean."));
    }

    private static SandboxRefusal? Template(bool isInstagram, JsonElement payload) => payload.At("template_type").Text() switch
    {
        "generic" => Keys(payload, "payload", "template_type", "elements", "image_aspect_ratio")
            ?? (payload.At("image_aspect_ratio") is { ValueKind: not JsonValueKind.Undefined } ratio && ratio.Text() is not ("horizontal" or "square") ? Wrong("image_aspect_ratio is horizontal or square.") : null)
            ?? Count(payload.At("elements"), MostElements, "elements") ?? First(payload.At("elements"), element => Element(isInstagram, element)),
        "button" => Keys(payload, "payload", "template_type", "text", "buttons") ?? Length(payload.At("text"), "text", ButtonTextLimit) ?? Buttons(isInstagram, payload.At("buttons")),
        _ => Wrong("The sandbox takes templates of the types generic and button."),
    };

    private static SandboxRefusal? Element(bool isInstagram, JsonElement element)
    {
        var (action, buttons) = (element.At("default_action"), element.At("buttons"));
        return Keys(element, "elements", "title", "subtitle", "image_url", "default_action", "buttons") ?? Length(element.At("title"), "elements[title]", ElementLimit)
            ?? Optional(element.At("subtitle"), "elements[subtitle]", ElementLimit)
            ?? (element.At("image_url").ValueKind == JsonValueKind.Undefined ? null : Url(element.At("image_url"), "image_url"))
            ?? (action.ValueKind == JsonValueKind.Undefined ? null : Keys(action, "default_action", "type", "url") ?? (action.At("type").Text() == "web_url" ? Url(action.At("url"), "default_action[url]") : Wrong("default_action must be of the type web_url.")))
            ?? (buttons.ValueKind == JsonValueKind.Undefined ? null : Buttons(isInstagram, buttons))
            ?? (element.EnumerateObject().Count() < 2 ? Wrong("An element has at least one property beside its title.") : null);
    }

    private static SandboxRefusal? Buttons(bool isInstagram, JsonElement buttons)
        => Count(buttons, MostButtons, "buttons") ?? First(buttons, button => button.At("type").Text() switch
        {
            "web_url" => Keys(button, "buttons", "type", "url", "title") ?? Length(button.At("title"), "title", TitleLimit) ?? Url(button.At("url"), "url"),
            "postback" => Keys(button, "buttons", "type", "title", "payload") ?? Length(button.At("title"), "title", TitleLimit) ?? Length(button.At("payload"), "payload", PayloadLimit),
            "phone_number" when !isInstagram => Keys(button, "buttons", "type", "title", "payload") ?? Length(button.At("title"), "title", TitleLimit)
                ?? (button.At("payload").Text() is ['+', ..] ? null : Wrong("The payload of a call button is a number with a plus.")),
            _ => Wrong("Param buttons[type] is not one that is documented."),
        });

    private static SandboxRefusal? Keys(JsonElement part, string path, params string[] known)
        => part.ValueKind == JsonValueKind.Undefined ? Wrong($"The parameter {path} is required.")
            : Unexpected(part, $"{path}.", known) is { } key ? Wrong($"Unexpected key \"{key}\".") : null;

    private static SandboxRefusal? Count(JsonElement list, int most, string name)
        => list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and var count && count <= most ? null : Wrong($"Param {name} must have 1 to {most} entries.");

    private static SandboxRefusal? First(JsonElement list, Func<JsonElement, SandboxRefusal?> check) => list.EnumerateArray().Select(check).FirstOrDefault(refusal => refusal is not null);

    private static SandboxRefusal? Length(JsonElement text, string name, int most)
        => text.Text() is { Length: > 0 } said && said.Length <= most ? null : Wrong($"Param {name} must be 1 to {most} characters long.");

    private static SandboxRefusal? Optional(JsonElement text, string name, int most) => text.ValueKind == JsonValueKind.Undefined ? null : Length(text, name, most);

    private static SandboxRefusal? Url(JsonElement url, string name)
        => Uri.TryCreate(url.Text(), UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp) ? null : Wrong($"Param {name} should represent a valid URL");
}
