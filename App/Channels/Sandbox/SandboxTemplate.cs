using System.Text.Json;
using System.Text.RegularExpressions;

namespace Inbox.Channels.Sandbox;

/// <summary>A template as the stand-in keeps it, in the platform's own words.</summary>
/// <param name="Status">APPROVED, PENDING, REJECTED.</param>
public sealed partial record SandboxTemplate(string Id, string Name, string Language, string Category, string Status, JsonElement Components, string? RejectedReason = null)
{
    /// <summary>What every account begins with.</summary>
    public static IReadOnlyList<SandboxTemplate> First { get; } =
    [
        Given("900000000000001", "hello_world", "en_US", "UTILITY", """
            [{"type": "HEADER", "format": "TEXT", "text": "Hello World"},
             {"type": "BODY", "text": "Welcome and congratulations!! This message demonstrates your ability to send a message template."},
             {"type": "FOOTER", "text": "WhatsApp Business Platform sample message"}]
            """),
        Given("900000000000002", "order_ready", "en_US", "UTILITY", """
            [{"type": "BODY", "text": "Hello {{1}}, your order {{2}} is ready to be picked up.", "example": {"body_text": [["Ann", "10042"]]}},
             {"type": "FOOTER", "text": "Reply to this message with any question"},
             {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "I am on my way"}, {"type": "URL", "text": "See the order", "url": "https://shop.example/orders/{{1}}", "example": ["https://shop.example/orders/10042"]}]}]
            """),
        Given("900000000000003", "invoice", "en_US", "UTILITY", """
            [{"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": ["4::sample"]}},
             {"type": "BODY", "text": "Dear {{1}}, here is your invoice.", "example": {"body_text": [["Ann"]]}}]
            """),
        Given("900000000000004", "summer_sale", "en_US", "MARKETING", """
            [{"type": "BODY", "text": "Everything is 20 % off until Sunday."}]
            """) with { Status = "REJECTED", RejectedReason = "INVALID_FORMAT" },
        Given("900000000000005", "sign_in_code", "en_US", "AUTHENTICATION", """
            [{"type": "BODY", "text": "*{{1}}* is your verification code.", "add_security_recommendation": false, "example": {"body_text": [["123456"]]}},
             {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Copy code", "url": "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}", "example": ["https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456"]}]}]
            """),
        Given("900000000000006", "new_arrivals", "en_US", "MARKETING", """
            [{"type": "BODY", "text": "Hello {{1}}, this is new with us:", "example": {"body_text": [["Ann"]]}},
             {"type": "CAROUSEL", "cards": [
                {"components": [{"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::sample"]}}, {"type": "BODY", "text": "Rye bread, {{1}}", "example": {"body_text": [["4 €"]]}},
                                {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "See it", "url": "https://shop.example/{{1}}", "example": ["https://shop.example/rye"]}]}]},
                {"components": [{"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::sample"]}}, {"type": "BODY", "text": "Poppy rolls, {{1}}", "example": {"body_text": [["1 €"]]}},
                                {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "See it", "url": "https://shop.example/{{1}}", "example": ["https://shop.example/rolls"]}]}]}]}]
            """),
    ];

    /// <summary>As the list shows it.</summary>
    public object Body => new { id = Id, name = Name, language = Language, status = Status, category = Category, rejected_reason = RejectedReason ?? "NONE", components = Components };

    /// <summary>Holds a send against the template.</summary>
    /// <returns>Null when the platform would take it.</returns>
    public SandboxRefusal? Refuse(JsonElement send)
        => Refuse(Components, send) ?? (Status == "APPROVED" ? null : new SandboxRefusal(404, 132001, "Template name does not exist in the translation", $"template name ({Name}) does not exist in {Language}"));

    private static SandboxRefusal? Refuse(JsonElement components, JsonElement send)
    {
        foreach (var part in components.Items())
        {
            var type = part.At("type").Text();
            var wanted = type switch
            {
                "HEADER" when part.At("format").Text() is not "TEXT" => 1,
                "HEADER" or "BODY" => Count(part.At("text").Text()),
                _ => 0,
            };
            var given = send.At("components").Items().Where(component => string.Equals(component.At("type").Text(), type, StringComparison.OrdinalIgnoreCase)).SelectMany(component => component.At("parameters").Items()).ToList();
            if (type is "HEADER" or "BODY" && given.Count != wanted)
            {
                return new SandboxRefusal(400, 132000, "Number of parameters does not match the expected number of params", $"{type.ToLowerInvariant()}: number of localizable_params ({given.Count}) does not match the expected number of params ({wanted})");
            }

            if (type is "HEADER" && part.At("format").Text() is { } format and not "TEXT" && given is [var file] && !string.Equals(file.At("type").Text(), format, StringComparison.OrdinalIgnoreCase))
            {
                return new SandboxRefusal(400, 132012, "Parameter format does not match format in the created template", $"header: Format mismatch, expected {format}, received {file.At("type").Text()?.ToUpperInvariant()}");
            }

            if (given.Exists(parameter => parameter.At("type").Text() == "text" && parameter.At("text").Text() is not { Length: > 0 }))
            {
                return SandboxRequest.Missing("The parameter text is required.");
            }

            if (type == "BUTTONS" && Buttons(part.At("buttons").Items().ToList(), send) is { } refusal)
            {
                return refusal;
            }

            if (type == "CAROUSEL" && Cards(part.At("cards").Items().ToList(), send) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private static SandboxRefusal? Cards(List<JsonElement> cards, JsonElement send)
    {
        var given = send.At("components").Items().Where(component => component.At("type").Text() == "carousel").SelectMany(component => component.At("cards").Items()).ToList();
        return given.Count != cards.Count || given.Where((card, place) => card.At("card_index").Id() != $"{place}").Any()
            ? new SandboxRefusal(400, 132012, "Parameter format does not match format in the created template", $"carousel: expected {cards.Count} cards, received {given.Count}")
            : cards.Select((card, place) => Refuse(card.At("components"), given[place])).FirstOrDefault(refusal => refusal is not null);
    }

    /// <summary>What the customer can press.</summary>
    public IReadOnlyList<SandboxOffer> Offers()
        => [.. Components.Items().SelectMany(part => part.At("buttons").Items()).Select(button => button.At("type").Text() == "QUICK_REPLY"
            ? new SandboxOffer("template_button", button.At("text").Text()!, button.At("text").Text()!)
            : new SandboxOffer("link", button.At("text").Text() ?? "", button.At("url").Text() ?? ""))];

    /// <summary>What the customer's phone shows, in one text.</summary>
    public string Shown(JsonElement send) => string.Join('\n', Lines(send, _ => true));

    /// <summary>What stands above the buttons there.</summary>
    public string Above(JsonElement send) => string.Join('\n', Lines(send, type => type != "BUTTONS"));

    private IEnumerable<string> Lines(JsonElement send, Func<string?, bool> takes) => Components.Items().Where(part => takes(part.At("type").Text())).Select(part =>
    {
        var values = send.At("components").Items().Where(component => string.Equals(component.At("type").Text(), part.At("type").Text(), StringComparison.OrdinalIgnoreCase))
            .SelectMany(component => component.At("parameters").Items()).Select(parameter => parameter.At("text").Text()).ToList();
        return part.At("type").Text() switch
        {
            "HEADER" when part.At("format").Text() is { } format and not "TEXT" => $"[{format.ToLowerInvariant()}]",
            "CAROUSEL" => $"[{part.At("cards").Items().Count()} cards]",
            "BUTTONS" => $"[{string.Join(" | ", part.At("buttons").Items().Select(button => button.At("text").Text()))}]",
            _ => Place().Replace(part.At("text").Text() ?? "", place => values.ElementAtOrDefault(int.TryParse(place.Groups[1].Value, out var number) ? number - 1 : 0) ?? place.Value),
        };
    }).Where(line => line.Length > 0);

    private static SandboxRefusal? Buttons(List<JsonElement> buttons, JsonElement send)
    {
        for (var at = 0; at < buttons.Count; at++)
        {
            var given = send.At("components").Items().Where(component => component.At("type").Text() == "button" && component.At("index").Id() == $"{at}").SelectMany(component => component.At("parameters").Items()).Count();
            if (buttons[at].At("type").Text() == "URL" && given != Count(buttons[at].At("url").Text()))
            {
                return new SandboxRefusal(400, 131008, "Required parameter is missing", $"buttons: Button at index {at} of type Url requires a parameter");
            }
        }

        return null;
    }

    private static int Count(string? text) => Place().Matches(text ?? "").Select(place => place.Value).Distinct().Count();

    private static SandboxTemplate Given(string id, string name, string language, string category, string components)
        => new(id, name, language, category, "APPROVED", JsonElement.Parse(components));

    [GeneratedRegex(@"\{\{(\w+)\}\}", RegexOptions.CultureInvariant)]
    internal static partial Regex Place();
}
