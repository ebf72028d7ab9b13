using System.Text.Json;
using System.Text.RegularExpressions;

namespace Inbox.Channels.Templates;

/// <param name="Format">Lower case: text, image, video, document, location.</param>
/// <param name="Text">Of a text.</param>
public sealed record TemplateHeader(string Format, string? Text = null)
{
    /// <summary>The message brings a file of this kind; null for a header without one.</summary>
    public string? FileKind => Format is "image" or "video" or "document" ? Format : null;
}

/// <param name="Kind">Lower case: quick_reply, url, phone_number, copy_code, flow, otp (the code of a sign-in), and others.</param>
/// <param name="Target">The address or the number.</param>
public sealed record TemplateButton(string Kind, string Text, string? Target = null);

/// <summary>One of several pictures or videos side by side, each with its own text and buttons.</summary>
public sealed record TemplateCard(TemplateHeader? Header, string Body, IReadOnlyList<TemplateButton> Buttons);

/// <summary>A place in a template that each message fills.</summary>
/// <param name="Part">header, body or button.</param>
/// <param name="Button">The button's place, from 0.</param>
/// <param name="Name">What stands between the braces: a number, or a word.</param>
/// <param name="Sample">What it was approved with.</param>
/// <param name="Card">The card's place, from 0; null: of no card.</param>
public sealed record TemplateField(string Part, int Button, string Name, string? Sample, int? Card = null)
{
    public const string Header = "header";
    public const string Body = "body";
    public const string OfButton = "button";

    /// <summary>Between the braces is a word, which the message names.</summary>
    public bool IsNamed => !Name.All(char.IsAsciiDigit);
}

/// <summary>A template taken apart: what the customer sees, and what each message must bring.</summary>
public sealed partial record TemplateShape(TemplateHeader? Header, string Body, string? Footer, IReadOnlyList<TemplateButton> Buttons, IReadOnlyList<TemplateField> Fields)
{
    /// <summary>All its parts are known here, so that what a message must bring is known too.</summary>
    public bool IsKnown { get; private init; } = true;

    /// <summary>Side by side below the body; none of most templates.</summary>
    public IReadOnlyList<TemplateCard> Cards { get; private init; } = [];

    /// <summary>Texts with the braces, in the order in which the customer reads them.</summary>
    public string Text => string.Join('\n', new[] { Header?.Text, Body, Footer }.Where(line => line is { Length: > 0 }));

    /// <param name="components">The platform's list of parts.</param>
    public static TemplateShape Read(string components)
    {
        try
        {
            using var document = JsonDocument.Parse(components);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return new TemplateShape(null, "", null, [], []) { IsKnown = false };
        }
    }

    public static TemplateShape Read(JsonElement components)
    {
        var whole = new Reader(null);
        foreach (var part in components.Items())
        {
            whole.Take(part);
        }

        return whole.Shape();
    }

    /// <summary>A text of the template as the customer reads it.</summary>
    /// <param name="value">What stands in a place; null leaves the braces.</param>
    public static string Filled(string text, Func<string, string?> value) => Place().Replace(text, place => value(place.Groups[1].Value) ?? place.Value);

    /// <summary>The names between the braces, each once, in their order.</summary>
    internal static IReadOnlyList<string> PlacesOf(string? text) => [.. Place().Matches(text ?? "").Select(place => place.Groups[1].Value).Distinct()];

    private static string? First(JsonElement example) => example.Text() ?? example.Items().FirstOrDefault().Text();

    // The sample of an address is the whole of it.
    private static string? Tail(string address, string? sample)
        => sample is not null && Place().Match(address) is { Success: true } place && sample.StartsWith(address[..place.Index], StringComparison.Ordinal) ? sample[place.Index..] : sample;

    /// <summary>Takes parts in their order, of the whole or of one card.</summary>
    private sealed class Reader(int? card)
    {
        // The platform writes the texts of a code, in the template's language; these stand in until it is read.
        private const string CodeText = "{{1}} is your verification code.";
        private const string CodeAdvice = " For your security, do not share this code.";

        // What the platform makes of the button of a code is a link to a page of its own.
        private const string CodePage = "https://www.whatsapp.com/otp/";

        private static readonly string[] KnownButtons = ["quick_reply", "url", "phone_number", "copy_code", "flow", "otp"];

        private readonly List<TemplateButton> _buttons = [];
        private readonly List<TemplateField> _fields = [];
        private readonly List<TemplateCard> _cards = [];
        private TemplateHeader? _header;
        private string _body = "";
        private string? _footer;
        private bool _isKnown = true;

        public void Take(JsonElement part)
        {
            var example = part.At("example");
            switch (part.At("type").Text()?.ToUpperInvariant())
            {
                case "HEADER":
                    _header = new TemplateHeader(part.At("format").Text()?.ToLowerInvariant() ?? "text", part.At("text").Text());
                    _isKnown &= _header.Format is "text" or "image" or "video" or "document" or "location";
                    _fields.AddRange(FieldsOf(TemplateField.Header, _header.Text, example, "header_text"));
                    break;
                case "BODY":
                    _body = part.At("text").Text() ?? CodeOf(part.At("add_security_recommendation"));
                    _isKnown &= _body.Length > 0;
                    _fields.AddRange(FieldsOf(TemplateField.Body, _body, example, "body_text"));
                    break;
                case "FOOTER":
                    _footer = part.At("text").Text() ?? (part.At("code_expiration_minutes").Id() is { } minutes ? $"This code expires in {minutes} minutes." : null);
                    break;
                case "BUTTONS":
                    foreach (var button in part.At("buttons").Items())
                    {
                        Take(ButtonOf(button), button.At("example"));
                    }

                    break;
                case "CAROUSEL" when card is null:
                    foreach (var one in part.At("cards").Items())
                    {
                        TakeCard(one.At("components"));
                    }

                    _isKnown &= _cards.Count > 0;
                    break;
                default:
                    _isKnown = false;
                    break;
            }
        }

        public TemplateShape Shape() => new(_header, _body, _footer, _buttons, _fields) { IsKnown = _isKnown, Cards = _cards };

        private void TakeCard(JsonElement components)
        {
            var reader = new Reader(_cards.Count);
            foreach (var part in components.Items())
            {
                reader.Take(part);
            }

            // A card is a file with words.
            _isKnown &= reader._isKnown && reader._header?.FileKind is "image" or "video";
            _fields.AddRange(reader._fields);
            _cards.Add(new TemplateCard(reader._header, reader._body, reader._buttons));
        }

        private void Take(TemplateButton button, JsonElement example)
        {
            _isKnown &= KnownButtons.Contains(button.Kind);
            _fields.AddRange(button.Kind switch
            {
                "url" => PlacesOf(button.Target).Select(name => new TemplateField(TemplateField.OfButton, _buttons.Count, name, Tail(button.Target!, First(example)), card)),
                "copy_code" or "otp" => [new TemplateField(TemplateField.OfButton, _buttons.Count, "1", First(example), card)],
                _ => [],
            });
            _buttons.Add(button);
        }

        private static TemplateButton ButtonOf(JsonElement button)
        {
            var (kind, target) = (button.At("type").Text()?.ToLowerInvariant() ?? "", button.At("url").Text() ?? button.At("phone_number").Id());
            return kind == "otp" || target?.StartsWith(CodePage, StringComparison.Ordinal) == true
                ? new TemplateButton("otp", button.At("text").Text() ?? "")
                : new TemplateButton(kind, button.At("text").Text() ?? "", target);
        }

        private static string CodeOf(JsonElement advice) => advice.ValueKind switch
        {
            JsonValueKind.True => CodeText + CodeAdvice,
            JsonValueKind.False => CodeText,
            _ => "",
        };

        private IEnumerable<TemplateField> FieldsOf(string part, string? text, JsonElement example, string key)
        {
            // Of a body the samples are a list within a list.
            var listed = example.At(key).Items().SelectMany(sample => sample.ValueKind == JsonValueKind.Array ? sample.Items() : [sample]).Select(sample => sample.Text()).ToList();
            var named = example.At($"{key}_named_params").Items().ToLookup(sample => sample.At("param_name").Text() ?? "", sample => sample.At("example").Text());
            return PlacesOf(text).Select((name, place) => new TemplateField(part, 0, name, named[name].FirstOrDefault() ?? listed.ElementAtOrDefault(place), card));
        }
    }

    [GeneratedRegex(@"\{\{\s*([A-Za-z0-9_]{1,60})\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
