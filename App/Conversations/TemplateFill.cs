using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Inbox.Channels;
using Inbox.Channels.Templates;

namespace Inbox.Conversations;

/// <summary>A template with what an agent fills in for one customer.</summary>
internal sealed partial class TemplateFill
{
    public const int LongestValue = 1000;

    // "Hello {{1}}": whoever is greeted stands near the beginning.
    private const int GreetingLength = 25;

    private readonly Dictionary<TemplateField, string> _values = [];

    /// <param name="text">What was to be said without a template: it fills the one place of the body that nothing else fills, where it fits.</param>
    public TemplateFill(MessageTemplate template, ConversationRow row, string? text = null)
    {
        (Template, Shape) = (template, TemplateShape.Read(template.Components));
        foreach (var field in Shape.Fields)
        {
            _values[field] = Known(field, row) ?? "";
        }

        if (text?.Trim() is { Length: > 0 and <= LongestValue } words && !Refused().IsMatch(words)
            && Shape.Fields.Where(field => field is { Part: TemplateField.Body, Card: null } && _values[field].Length == 0).ToList() is [var free])
        {
            (_values[free], TakesText) = (words, true);
        }
    }

    /// <summary>The text stands in it.</summary>
    public bool TakesText { get; }

    public MessageTemplate Template { get; }

    public TemplateShape Shape { get; }

    public ChosenFile? HeaderFile { get; set; }

    /// <summary>By the card's place.</summary>
    public Dictionary<int, ChosenFile?> CardFiles { get; } = [];

    /// <summary>The header is a place, which each message names.</summary>
    public bool NeedsPlace => Shape.Header?.Format == "location";

    public string PlaceName { get; set; } = "";

    public string PlaceAddress { get; set; } = "";

    /// <summary>Degrees, as a field of numbers gives them.</summary>
    public string Latitude { get; set; } = "";

    public string Longitude { get; set; } = "";

    /// <summary>What somebody fills in, of the whole or of a card; the button of a code repeats what the text says.</summary>
    public IEnumerable<TemplateField> FieldsOf(int? card) => Shape.Fields.Where(field => field.Card == card && !IsCode(field));

    /// <summary>No place is empty.</summary>
    public bool IsComplete => Shape.Fields.All(place => ValueOf(place).Trim().Length > 0)
        && (!NeedsPlace || new[] { PlaceName, PlaceAddress, Latitude, Longitude }.All(text => text.Trim().Length > 0));

    /// <summary>No file is missing.</summary>
    public bool HasFiles => (Shape.Header?.FileKind is null || HeaderFile is not null) && Shape.Cards.Select((_, place) => CardFiles.GetValueOrDefault(place)).All(file => file is not null);

    public string ValueOf(TemplateField field)
        => IsCode(field) && Shape.Fields.FirstOrDefault(code => code.Part == TemplateField.Body) is { } said ? _values[said] : _values.GetValueOrDefault(field, "");

    public void Set(TemplateField field, string? value) => _values[field] = value ?? "";

    public Writing Writing(string key)
    {
        var components = ComponentsOf(null);
        if (NeedsPlace)
        {
            var place = new JsonObject { ["latitude"] = Latitude.Trim(), ["longitude"] = Longitude.Trim(), ["name"] = PlaceName.Trim(), ["address"] = PlaceAddress.Trim() };
            components.Insert(0, new JsonObject { ["type"] = TemplateField.Header, ["parameters"] = new JsonArray(new JsonObject { ["type"] = "location", ["location"] = place }) });
        }

        if (Shape.Cards.Count > 0)
        {
            components.Add(new JsonObject
            {
                ["type"] = "carousel",
                ["cards"] = new JsonArray([.. Shape.Cards.Select((_, place) => new JsonObject { ["card_index"] = place, ["components"] = ComponentsOf(place) })]),
            });
        }

        return new Writing(null, key)
        {
            Content = new MessageContent
            {
                Template = new TemplateUse(
                    Template.Name, Template.Language, components.Count == 0 ? null : JsonElement.Parse(components.ToJsonString()),
                    Shape.Cards.Count == 0 ? null : [.. Shape.Cards.Select((_, place) => CardFiles[place]!.Id)]),
            },
            FileId = HeaderFile?.Id,
        };
    }

    private JsonArray ComponentsOf(int? card)
    {
        var components = new JsonArray();
        foreach (var part in Shape.Fields.Where(field => field.Card == card).GroupBy(field => (field.Part, field.Button)))
        {
            var component = new JsonObject { ["type"] = part.Key.Part };
            if (part.Key.Part == TemplateField.OfButton)
            {
                // The platform takes the code of a sign-in as what fills a link.
                var kind = ButtonOf(part.First()).Kind;
                (component["sub_type"], component["index"]) = (kind == "otp" ? "url" : kind, $"{part.Key.Button}");
            }

            component["parameters"] = new JsonArray([.. part.Select(Parameter)]);
            components.Add(component);
        }

        return components;
    }

    public TemplateButton ButtonOf(TemplateField field) => (field.Card is { } card ? Shape.Cards[card].Buttons : Shape.Buttons)[field.Button];

    private bool IsCode(TemplateField field) => field.Part == TemplateField.OfButton && ButtonOf(field).Kind == "otp";

    private JsonObject Parameter(TemplateField field)
    {
        var value = ValueOf(field).Trim();
        if (field.Part == TemplateField.OfButton && ButtonOf(field).Kind == "copy_code")
        {
            return new JsonObject { ["type"] = "coupon_code", ["coupon_code"] = value };
        }

        var parameter = new JsonObject { ["type"] = "text", ["text"] = value };
        if (field.IsNamed && field.Part != TemplateField.OfButton)
        {
            parameter["parameter_name"] = field.Name;
        }

        return parameter;
    }

    private string? Known(TemplateField field, ConversationRow row) => field.Name switch
    {
        "name" or "customer_name" or "full_name" => row.ContactName,
        "first_name" => row.FirstName,
        "phone" or "phone_number" => row is { IsMasked: false, ContactPhone: { } phone } ? $"+{phone}" : null,
        "email" => row.IsMasked ? null : row.ContactEmail,
        "1" when field is { Part: TemplateField.Body, Card: null } && Template.Category != TemplateRules.Authentication && Shape.Body.IndexOf("{{", StringComparison.Ordinal) <= GreetingLength => row.FirstName,
        _ => null,
    };
    // The platform refuses a value with several lines, a tab or a long gap.
    [GeneratedRegex(@"[\r\n\t]| {4}", RegexOptions.CultureInvariant)]
    private static partial Regex Refused();
}
