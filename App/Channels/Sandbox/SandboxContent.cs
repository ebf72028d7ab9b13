using System.Text.Json;
using static Inbox.Channels.Sandbox.SandboxRequest;

namespace Inbox.Channels.Sandbox;

/// <summary>What a message says, held against the platform's documented shape of each type.</summary>
internal static class SandboxContent
{
    private const int TextLimit = 4096;
    private const int CaptionLimit = 1024;
    private const int ChoiceLimit = 1024;

    public static readonly string[] Types = ["text", "image", "video", "audio", "document", "sticker", "location", "contacts", "interactive", "template", "reaction"];

    /// <returns>Null when it is right.</returns>
    public static SandboxRefusal? Check(string type, JsonElement part) => type switch
    {
        "text" => Keys(part, "text", "preview_url", "body") ?? Length(part.At("body"), "text['body']", TextLimit) ?? IsFlag(part.At("preview_url"), "preview_url"),
        "image" or "video" or "sticker" or "audio" or "document" => Media(type, part),
        "location" => Keys(part, type, "latitude", "longitude", "name", "address") ?? Number(part.At("latitude"), 90, "latitude") ?? Number(part.At("longitude"), 180, "longitude"),
        "contacts" => Contacts(part),
        "interactive" => Interactive(part),
        "reaction" => Keys(part, type, "message_id", "emoji") ?? Length(part.At("message_id"), "reaction['message_id']", 200)
            ?? (part.At("emoji").Text() is { Length: <= 40 } ? null : Value("reaction['emoji'] is an emoji, or empty to take it back.")),
        "template" => Keys(part, type, "name", "language", "components") ?? Keys(part.At("language"), "language", "code", "policy")
            ?? Length(part.At("name"), "template['name']", 512) ?? Length(part.At("language").At("code"), "template['language']['code']", 15)
            ?? (part.At("components").ValueKind is JsonValueKind.Undefined or JsonValueKind.Array ? null : Value("components must be an array.")),
        _ => Value($"The sandbox takes no messages of type {type}."),
    };

    /// <summary>A line for the sandbox's screen.</summary>
    public static string Shown(string type, JsonElement part) => type switch
    {
        "text" => part.At("body").Text()!,
        "interactive" => $"{HeaderOf(part.At("header"))}{part.At("body").At("text").Text()} [{string.Join(" | ", Titles(part.At("action")))}]",
        "template" => $"[template {part.At("name").Text()}]",
        "reaction" => part.At("emoji").Text() is { Length: > 0 } emoji ? $"[reaction {emoji}]" : "[reaction taken back]",
        "audio" when part.At("voice").ValueKind == JsonValueKind.True => "[voice]",
        _ => part.At("caption").Text() is { } caption ? $"[{type}] {caption}" : $"[{type}]",
    };

    /// <summary>What the customer can press.</summary>
    public static IEnumerable<SandboxOffer> Offers(string type, JsonElement part)
    {
        var action = type == "interactive" ? part.At("action") : default;
        return action.At("buttons").Items().Select(button => new SandboxOffer("button", button.At("reply").At("title").Text()!, button.At("reply").At("id").Text()!))
            .Concat(action.At("sections").Items().SelectMany(section => section.At("rows").Items()).Select(row => new SandboxOffer("list", row.At("title").Text()!, row.At("id").Text()!)))
            .Concat(action.At("parameters").At("url").Text() is { } url ? [new SandboxOffer("link", action.At("parameters").At("display_text").Text()!, url)] : [])
            .Concat(part.At("type").Text() == "location_request_message" ? [new SandboxOffer("location", "Send location", "")] : []);
    }

    private static IEnumerable<string?> Titles(JsonElement action)
        => action.At("buttons").Items().Select(button => button.At("reply").At("title").Text())
            .Concat(action.At("sections").Items().SelectMany(section => section.At("rows").Items()).Select(row => row.At("title").Text()))
            .Append(action.At("parameters").At("display_text").Text() ?? action.At("parameters").At("flow_cta").Text())
            .Where(title => title is not null);

    private static SandboxRefusal? Media(string type, JsonElement part)
    {
        var known = type switch { "audio" => new[] { "id", "link", "voice" }, "sticker" => ["id", "link"], "document" => ["id", "link", "caption", "filename"], _ => ["id", "link", "caption"] };
        if (Keys(part, type, known) is { } unexpected)
        {
            return unexpected;
        }

        if (IsFlag(part.At("voice"), "voice") is { } wrong)
        {
            return wrong;
        }

        return part.At("id").Text() is { Length: > 0 } == part.At("link").Text() is { Length: > 0 } ? Missing($"One of {type}['id'] and {type}['link'] is required.")
            : part.At("caption").ValueKind == JsonValueKind.Undefined ? null : Length(part.At("caption"), $"{type}['caption']", CaptionLimit);
    }

    private static SandboxRefusal? Contacts(JsonElement part)
    {
        if (part.ValueKind != JsonValueKind.Array || part.GetArrayLength() == 0)
        {
            return Missing("The parameter contacts is required.");
        }

        return part.EnumerateArray().Select(card =>
                Keys(card, "contacts", "name", "phones", "emails", "addresses", "urls", "org", "birthday") ?? Length(card.At("name").At("formatted_name"), "contacts['name']['formatted_name']", 512)
                ?? (card.At("name").EnumerateObject().Count() < 2 ? Missing("A name has one part beside formatted_name.") : null))
            .FirstOrDefault(refusal => refusal is not null);
    }

    private static SandboxRefusal? Interactive(JsonElement part)
    {
        var action = part.At("action");
        return Keys(part, "interactive", "type", "header", "body", "footer", "action") ?? Length(part.At("body").At("text"), "interactive['body']['text']", ChoiceLimit)
            ?? Header(part.At("header"), part.At("type").Text()) ?? Optional(part.At("footer").At("text"), "footer", 60)
            ?? part.At("type").Text() switch
            {
                "button" => Buttons(action),
                "list" => List(action),
                "cta_url" => Same(action.At("name"), "cta_url") ?? Length(action.At("parameters").At("display_text"), "display_text", 20) ?? Length(action.At("parameters").At("url"), "url", 2000),
                "flow" => Same(action.At("name"), "flow") ?? Form(action.At("parameters")),
                "location_request_message" => Same(action.At("name"), "send_location"),
                _ => Value("interactive['type'] must be button, list, cta_url, flow or location_request_message."),
            };
    }

    private static string HeaderOf(JsonElement header) => header.At("type").Text() is { } type and not "text" ? $"[{type}] " : "";

    private static SandboxRefusal? Header(JsonElement header, string? of) => header.At("type").Text() switch
    {
        null => header.ValueKind == JsonValueKind.Undefined ? null : Missing("The parameter header['type'] is required."),
        "text" => Keys(header, "header", "type", "text") ?? Length(header.At("text"), "header", 60),
        "image" or "video" or "document" when of == "list" => Value("The header of a list is a text."),
        ("image" or "video" or "document") and var type => Keys(header, "header", "type", type) ?? Media(type, header.At(type))
            ?? (header.At(type).At("caption").ValueKind == JsonValueKind.Undefined ? null : Invalid("Unexpected key \"caption\".")),
        _ => Value("header['type'] must be text, image, video or document."),
    };

    private static SandboxRefusal? Form(JsonElement form)
        => Keys(form, "parameters", "flow_message_version", "flow_id", "flow_name", "flow_token", "flow_cta", "flow_action", "flow_action_payload", "mode")
            ?? Same(form.At("flow_message_version"), "3") ?? Length(form.At("flow_cta"), "flow_cta", 30)
            ?? (form.At("flow_id").Text() is null == form.At("flow_name").Text() is null ? Missing("One of flow_id and flow_name is required.") : null)
            ?? (form.At("flow_action").Text() is null or "navigate" or "data_exchange" ? null : Value("flow_action must be navigate or data_exchange."));

    private static SandboxRefusal? Buttons(JsonElement action)
    {
        var buttons = action.At("buttons").Items().ToList();
        return buttons.Count is < 1 or > 3 ? Value("Buttons must be 1 to 3.")
            : buttons.Select(button => Same(button.At("type"), "reply") ?? Length(button.At("reply").At("title"), "title", 20) ?? Length(button.At("reply").At("id"), "id", 256)).FirstOrDefault(refusal => refusal is not null)
                ?? (buttons.Select(button => button.At("reply").At("title").Text()).Distinct().Count() < buttons.Count ? Value("Titles of buttons must differ.") : null);
    }

    private static SandboxRefusal? List(JsonElement action)
    {
        var sections = action.At("sections").Items().ToList();
        var rows = sections.SelectMany(section => section.At("rows").Items()).ToList();
        return Length(action.At("button"), "button", 20) ?? (sections.Count is < 1 or > 10 || rows.Count is < 1 or > 10 ? Value("A list has at most 10 sections and 10 rows.") : null)
            ?? (sections.Count > 1 ? sections.Select(section => Length(section.At("title"), "title", 24)).FirstOrDefault(refusal => refusal is not null) : null)
            ?? rows.Select(row => Length(row.At("title"), "title", 24) ?? Length(row.At("id"), "id", 200) ?? Optional(row.At("description"), "description", 72)).FirstOrDefault(refusal => refusal is not null);
    }

    private static SandboxRefusal? Keys(JsonElement part, string path, params string[] known)
        => part.ValueKind == JsonValueKind.Undefined ? Missing($"The parameter {path} is required.")
            : Unexpected(part, $"{path}.", known) is { } key ? Invalid($"Unexpected key \"{key}\".") : null;

    private static SandboxRefusal? Length(JsonElement text, string name, int most) => text.Text() switch
    {
        null => Missing($"The parameter {name} is required."),
        { Length: > 0 } said when said.Length <= most => null,
        _ => Value($"Param {name} must be 1 to {most} characters long."),
    };

    private static SandboxRefusal? Optional(JsonElement text, string name, int most) => text.ValueKind == JsonValueKind.Undefined ? null : Length(text, name, most);

    private static SandboxRefusal? Same(JsonElement text, string wanted) => text.Text() == wanted ? null : Value($"{wanted} is required here.");

    private static SandboxRefusal? IsFlag(JsonElement flag, string name)
        => flag.ValueKind is JsonValueKind.Undefined or JsonValueKind.True or JsonValueKind.False ? null : Value($"{name} must be a boolean.");

    private static SandboxRefusal? Number(JsonElement number, double most, string name)
        => number.ValueKind == JsonValueKind.Number && Math.Abs(number.GetDouble()) <= most ? null : Value($"{name} must be a number of degrees.");
}
