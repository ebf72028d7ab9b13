using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Channels;
using Inbox.Channels.Templates;

namespace Inbox.Conversations;

/// <summary>A template with what an agent fills in for one customer.</summary>
internal sealed class TemplateFill
{
    // "Hello {{1}}": whoever is greeted stands near the beginning.
    private const int GreetingLength = 25;

    private readonly Dictionary<TemplateField, string> _values = [];

    public TemplateFill(MessageTemplate template, ConversationRow row)
    {
        (Template, Shape) = (template, TemplateShape.Read(template.Components));
        foreach (var field in Shape.Fields)
        {
            _values[field] = Known(field, row) ?? "";
        }
    }

    public MessageTemplate Template { get; }

    public TemplateShape Shape { get; }

    public ChosenFile? HeaderFile { get; set; }

    /// <summary>Nothing is missing.</summary>
    public bool IsComplete => _values.Values.All(value => value.Trim().Length > 0) && (Shape.Header?.FileKind is null || HeaderFile is not null);

    public string ValueOf(TemplateField field) => _values.GetValueOrDefault(field, "");

    public void Set(TemplateField field, string? value) => _values[field] = value ?? "";

    public Writing Writing(string key)
    {
        var components = new JsonArray();
        foreach (var part in Shape.Fields.GroupBy(field => (field.Part, field.Button)))
        {
            var component = new JsonObject { ["type"] = part.Key.Part };
            if (part.Key.Part == TemplateField.OfButton)
            {
                var kind = Shape.Buttons[part.Key.Button].Kind;
                (component["sub_type"], component["index"]) = (kind, $"{part.Key.Button}");
            }

            component["parameters"] = new JsonArray([.. part.Select(Parameter)]);
            components.Add(component);
        }

        return new Writing(null, key)
        {
            Content = new MessageContent { Template = new TemplateUse(Template.Name, Template.Language, components.Count == 0 ? null : JsonElement.Parse(components.ToJsonString())) },
            FileId = HeaderFile?.Id,
        };
    }

    private JsonObject Parameter(TemplateField field)
    {
        var value = ValueOf(field).Trim();
        if (field.Part == TemplateField.OfButton && Shape.Buttons[field.Button].Kind == "copy_code")
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
        "phone" or "phone_number" => row.ContactPhone is { } phone ? $"+{phone}" : null,
        "email" => row.ContactEmail,
        "1" when field.Part == TemplateField.Body && Shape.Body.IndexOf("{{", StringComparison.Ordinal) <= GreetingLength => row.FirstName,
        _ => null,
    };
}
