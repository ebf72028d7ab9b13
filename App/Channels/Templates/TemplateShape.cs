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

/// <param name="Kind">Lower case: quick_reply, url, phone_number, copy_code, flow, and others.</param>
/// <param name="Target">The address or the number.</param>
public sealed record TemplateButton(string Kind, string Text, string? Target = null);

/// <summary>A place in a template that each message fills.</summary>
/// <param name="Part">header, body or button.</param>
/// <param name="Button">The button's place, from 0.</param>
/// <param name="Name">What stands between the braces: a number, or a word.</param>
/// <param name="Sample">What it was approved with.</param>
public sealed record TemplateField(string Part, int Button, string Name, string? Sample)
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
    private static readonly string[] KnownButtons = ["quick_reply", "url", "phone_number", "copy_code", "flow"];

    /// <summary>All its parts are known here, so that what a message must bring is known too.</summary>
    public bool IsKnown { get; private init; } = true;

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
        TemplateHeader? header = null;
        var (body, isKnown) = ("", true);
        string? footer = null;
        List<TemplateButton> buttons = [];
        List<TemplateField> fields = [];
        foreach (var part in components.Items())
        {
            var example = part.At("example");
            switch (part.At("type").Text()?.ToUpperInvariant())
            {
                case "HEADER":
                    header = new TemplateHeader(part.At("format").Text()?.ToLowerInvariant() ?? "text", part.At("text").Text());
                    isKnown &= header.Format is "text" or "image" or "video" or "document" or "location";
                    fields.AddRange(FieldsOf(TemplateField.Header, 0, header.Text, example, "header_text"));
                    break;
                case "BODY":
                    body = part.At("text").Text() ?? "";
                    // Codes of sign-ins have a text that the platform writes.
                    isKnown &= body.Length > 0 && part.At("add_security_recommendation").ValueKind == JsonValueKind.Undefined;
                    fields.AddRange(FieldsOf(TemplateField.Body, 0, body, example, "body_text"));
                    break;
                case "FOOTER":
                    footer = part.At("text").Text();
                    break;
                case "BUTTONS":
                    foreach (var json in part.At("buttons").Items())
                    {
                        var button = new TemplateButton(
                            json.At("type").Text()?.ToLowerInvariant() ?? "", json.At("text").Text() ?? "", json.At("url").Text() ?? json.At("phone_number").Id());
                        isKnown &= KnownButtons.Contains(button.Kind);
                        fields.AddRange(FieldsOf(button, buttons.Count, json.At("example")));
                        buttons.Add(button);
                    }

                    break;
                default:
                    isKnown = false;
                    break;
            }
        }

        return new TemplateShape(header, body, footer, buttons, fields) { IsKnown = isKnown };
    }

    /// <summary>A text of the template as the customer reads it.</summary>
    /// <param name="value">What stands in a place; null leaves the braces.</param>
    public static string Filled(string text, Func<string, string?> value) => Place().Replace(text, place => value(place.Groups[1].Value) ?? place.Value);

    /// <summary>The names between the braces, each once, in their order.</summary>
    internal static IReadOnlyList<string> PlacesOf(string? text) => [.. Place().Matches(text ?? "").Select(place => place.Groups[1].Value).Distinct()];

    private static IEnumerable<TemplateField> FieldsOf(TemplateButton button, int at, JsonElement example) => button.Kind switch
    {
        "url" => PlacesOf(button.Target).Select(name => new TemplateField(TemplateField.OfButton, at, name, Tail(button.Target!, First(example)))),
        "copy_code" => [new TemplateField(TemplateField.OfButton, at, "1", First(example))],
        _ => [],
    };

    private static IEnumerable<TemplateField> FieldsOf(string part, int button, string? text, JsonElement example, string key)
    {
        // Of a body the samples are a list within a list.
        var listed = example.At(key).Items().SelectMany(sample => sample.ValueKind == JsonValueKind.Array ? sample.Items() : [sample]).Select(sample => sample.Text()).ToList();
        var named = example.At($"{key}_named_params").Items().ToLookup(sample => sample.At("param_name").Text() ?? "", sample => sample.At("example").Text());
        return PlacesOf(text).Select((name, place) => new TemplateField(part, button, name, named[name].FirstOrDefault() ?? listed.ElementAtOrDefault(place)));
    }

    private static string? First(JsonElement example) => example.Text() ?? example.Items().FirstOrDefault().Text();

    // The sample of an address is the whole of it.
    private static string? Tail(string address, string? sample)
        => sample is not null && Place().Match(address) is { Success: true } place && sample.StartsWith(address[..place.Index], StringComparison.Ordinal) ? sample[place.Index..] : sample;

    [GeneratedRegex(@"\{\{\s*([A-Za-z0-9_]{1,60})\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
