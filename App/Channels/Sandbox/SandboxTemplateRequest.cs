using System.Text.Json;
using System.Text.RegularExpressions;
using static Inbox.Channels.Sandbox.SandboxRequest;

namespace Inbox.Channels.Sandbox;

/// <summary>Reads a new template as strictly as the platform does.</summary>
internal static partial class SandboxTemplateRequest
{
    private const string CodePage = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp";

    private static readonly string[][] CodeSample = [["123456"]];
    private static readonly string[] Formats = ["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"];

    /// <returns>The template, waiting to be judged; or why it is refused.</returns>
    public static (SandboxTemplate? Template, SandboxRefusal? Refusal) Read(ReadOnlyMemory<byte> body, string id)
    {
        try
        {
            using var document = JsonText.Parse(body);
            var request = document.RootElement;
            return Check(request) is { } refusal
                ? (null, refusal)
                : (new SandboxTemplate(id, request.At("name").Text()!, request.At("language").Text()!, request.At("category").Text()!, "PENDING", IsCode(request) ? Written(request.At("components")) : request.At("components").Clone()), null);
        }
        catch (UnreadableDeliveryException error)
        {
            return (null, Invalid(error.Message));
        }
    }

    private static SandboxRefusal? Check(JsonElement request)
    {
        if (Unexpected(request, "", "name", "language", "category", "components", "parameter_format", "allow_category_change") is { } key)
        {
            return Invalid($"Unexpected key \"{key}\".");
        }

        var parts = request.At("components").Items().ToList();
        return request.At("name").Text() is not { } name || !Name().IsMatch(name) ? Invalid("Message template name can only have lowercase letters and underscores.")
            : request.At("language").Text() is not { Length: >= 2 and <= 15 } ? Invalid("The parameter language is required.")
            : request.At("category").Text() is not ("MARKETING" or "UTILITY" or "AUTHENTICATION") ? Invalid("Param category must be one of {UTILITY, MARKETING, AUTHENTICATION}")
            : parts.Count(part => part.At("type").Text() == "BODY") != 1 ? Invalid("Message template \"components\" param is missing expected field(s): BODY.")
            : parts.Select(part => part.At("type").Text()).Distinct().Count() < parts.Count ? Invalid("A component stands twice.")
            : parts.Select(part => IsCode(request) ? CodePart(part) : Part(part)).FirstOrDefault(refusal => refusal is not null);
    }

    private static bool IsCode(JsonElement request) => request.At("category").Text() == "AUTHENTICATION";

    private static SandboxRefusal? CodePart(JsonElement part) => part.At("type").Text() switch
    {
        "BODY" => Keys(part, "type", "add_security_recommendation"),
        "FOOTER" => Keys(part, "type", "code_expiration_minutes")
            ?? (part.At("code_expiration_minutes") is { ValueKind: JsonValueKind.Number } lasts && lasts.TryGetInt32(out var minutes) && minutes is >= 1 and <= 90 ? null : Invalid("Param code_expiration_minutes must be between 1 and 90.")),
        "BUTTONS" => Keys(part, "type", "buttons")
            ?? (part.At("buttons").Items().ToList() is [var button] && button.At("type").Text() == "OTP" && button.At("otp_type").Text() == "COPY_CODE" ? Keys(button, "type", "otp_type", "text") : Invalid("The sandbox takes one button of the type OTP, COPY_CODE.")),
        var type => Invalid($"Unexpected component {type}."),
    };

    /// <summary>A code's texts are the platform's own.</summary>
    private static JsonElement Written(JsonElement components) => JsonSerializer.SerializeToElement(components.Items().Select(part => part.At("type").Text() switch
    {
        "BODY" => (object)new
        {
            type = "BODY",
            text = part.At("add_security_recommendation").ValueKind == JsonValueKind.True ? "*{{1}}* is your verification code. For your security, do not share this code." : "*{{1}}* is your verification code.",
            example = new { body_text = CodeSample },
        },
        "FOOTER" => new { type = "FOOTER", text = $"This code expires in {part.At("code_expiration_minutes").Id()} minutes.", code_expiration_minutes = part.At("code_expiration_minutes").GetInt32() },
        _ => new
        {
            type = "BUTTONS",
            buttons = new[] { new { type = "URL", text = "Copy code", url = $"{CodePage}{{{{1}}}}", example = new[] { $"{CodePage}123456" } } },
        },
    }));

    private static SandboxRefusal? Part(JsonElement part) => part.At("type").Text() switch
    {
        "HEADER" => Keys(part, "type", "format", "text", "example")
            ?? (!Formats.Contains(part.At("format").Text()) ? Invalid("Param format must be one of {TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION}.")
                : part.At("format").Text() == "TEXT" ? Text(part, 60) ?? Samples(part, part.At("example").At("header_text").Items().Count(), "header_text_named_params")
                : part.At("format").Text() != "LOCATION" && !part.At("example").At("header_handle").Items().Any(handle => handle.Text()?.StartsWith("4::", StringComparison.Ordinal) == true)
                    ? Invalid("A header with media needs an uploaded example.") : null),
        "BODY" => Keys(part, "type", "text", "example") ?? Text(part, 1024) ?? Samples(part, part.At("example").At("body_text").Items().FirstOrDefault().Items().Count(), "body_text_named_params"),
        "FOOTER" => Keys(part, "type", "text") ?? Text(part, 60) ?? (SandboxTemplate.Place().IsMatch(part.At("text").Text()!) ? Invalid("A footer cannot have variables.") : null),
        "BUTTONS" => Keys(part, "type", "buttons") ?? part.At("buttons").Items().Select(Button).FirstOrDefault(refusal => refusal is not null),
        "CAROUSEL" => Keys(part, "type", "cards") ?? Cards(part.At("cards").Items().ToList()),
        var type => Invalid($"Unexpected component {type}."),
    };

    private static SandboxRefusal? Cards(List<JsonElement> cards)
    {
        if (cards.Count is < 2 or > 10 || cards.Select(Parts).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            return Invalid("A carousel has 2 to 10 cards with the same components.");
        }

        return cards.SelectMany(card => card.At("components").Items()).Select(part => part.At("type").Text() switch
        {
            "HEADER" when part.At("format").Text() is not ("IMAGE" or "VIDEO") => Invalid("The header of a card is an IMAGE or a VIDEO."),
            "BODY" when part.At("text").Text() is { Length: > 160 } => Invalid("The text of a card has at most 160 characters."),
            "BUTTONS" when part.At("buttons").Items().Count() > 2 => Invalid("A card has at most 2 buttons."),
            "HEADER" or "BODY" or "BUTTONS" => Part(part),
            var type => Invalid($"Unexpected component {type} of a card."),
        }).FirstOrDefault(refusal => refusal is not null);

        static string Parts(JsonElement card) => string.Join(' ', card.At("components").Items().Select(part => $"{part.At("type").Text()} {part.At("format").Text()} {string.Join(',', part.At("buttons").Items().Select(button => button.At("type").Text()))}"));
    }

    private static SandboxRefusal? Button(JsonElement button) => button.At("type").Text() switch
    {
        "QUICK_REPLY" => Keys(button, "type", "text") ?? Text(button, 25),
        "URL" => Keys(button, "type", "text", "url", "example") ?? Text(button, 25)
            ?? (button.At("url").Text() is not { Length: > 0 and <= 2000 } url ? Invalid("The parameter url is required.")
                : SandboxTemplate.Place().IsMatch(url) && !button.At("example").Items().Any() ? Invalid("A link with a variable needs an example.") : null),
        "PHONE_NUMBER" => Keys(button, "type", "text", "phone_number") ?? Text(button, 25) ?? (button.At("phone_number").Text() is { Length: > 4 and <= 20 } ? null : Invalid("The parameter phone_number is required.")),
        "COPY_CODE" => Keys(button, "type", "example"),
        _ => Invalid("The sandbox takes buttons QUICK_REPLY, URL, PHONE_NUMBER and COPY_CODE."),
    };

    private static SandboxRefusal? Keys(JsonElement part, params string[] known) => Unexpected(part, "components.", known) is { } key ? Invalid($"Unexpected key \"{key}\".") : null;

    private static SandboxRefusal? Text(JsonElement part, int most) => part.At("text").Text() is { Length: > 0 } text && text.Length <= most ? null : Invalid($"A text has 1 to {most} characters.");

    private static SandboxRefusal? Samples(JsonElement part, int given, string named)
    {
        var wanted = SandboxTemplate.Place().Matches(part.At("text").Text()!).Select(place => place.Value).Distinct().Count();
        return wanted == Math.Max(given, part.At("example").At(named).Items().Count()) ? null : Invalid("A component with variables needs an example of each.");
    }

    [GeneratedRegex("^[a-z0-9_]{1,512}$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
