using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Tenancy;

namespace Inbox.Contacts;

/// <summary>The values of custom fields, checked by what their field takes. They are kept as one JSON object for each contact.</summary>
public static class CustomFieldValues
{
    public const int LongestText = 1000;

    /// <summary>The values of fields that there are; those of a removed field are kept and not shown.</summary>
    public static JsonObject Read(string? stored, IEnumerable<CustomField> fields)
    {
        var all = Parse(stored);
        return new JsonObject(fields.Where(field => all.ContainsKey(field.Key)).Select(field => KeyValuePair.Create(field.Key, all[field.Key]?.DeepClone())));
    }

    /// <summary>Puts values in; null takes one out.</summary>
    /// <exception cref="RefusedException">invalid_value: there is no such field, or it takes something else.</exception>
    public static string? Put(string? stored, IReadOnlyDictionary<string, JsonElement> values, IReadOnlyList<CustomField> fields)
    {
        var all = Parse(stored);
        foreach (var (key, value) in values)
        {
            var field = fields.FirstOrDefault(field => field.Key == key) ?? throw Invalid(key, "There is no such field.");
            if (value.ValueKind == JsonValueKind.Null)
            {
                all.Remove(key);
            }
            else
            {
                all[key] = Checked(field, value);
            }
        }

        return TextOf(all);
    }

    /// <summary>A value as people type it or a file holds it.</summary>
    /// <returns>Null for an empty text: the field has no value then.</returns>
    public static JsonElement OfText(CustomField field, string? text)
    {
        var trimmed = text?.Trim() ?? "";
        return field.Kind switch
        {
            _ when trimmed.Length == 0 => JsonSerializer.SerializeToElement<string?>(null),
            CustomFieldKind.Number when double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonSerializer.SerializeToElement(number),
            CustomFieldKind.Checkbox when trimmed.ToLowerInvariant() is "true" or "yes" or "1" or "x" => JsonSerializer.SerializeToElement(true),
            CustomFieldKind.Checkbox when trimmed.ToLowerInvariant() is "false" or "no" or "0" => JsonSerializer.SerializeToElement(false),
            _ => JsonSerializer.SerializeToElement(trimmed),
        };
    }

    /// <summary>A value as a field of a form or a file shows it.</summary>
    public static string Shown(JsonNode? value) => value switch
    {
        null => "",
        JsonValue one when one.TryGetValue<string>(out var text) => text,
        _ => value.ToJsonString(),
    };

    internal static JsonObject Parse(string? stored) => stored is null ? [] : JsonNode.Parse(stored)!.AsObject();

    internal static string? TextOf(JsonObject values) => values.Count == 0 ? null : values.ToJsonString();

    private static JsonNode Checked(CustomField field, JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()!.Replace("\0", "", StringComparison.Ordinal).Trim() : null;
        return field.Kind switch
        {
            CustomFieldKind.Text => text is { Length: > 0 and <= LongestText } ? text : throw Invalid(field.Key, $"{field.Name} takes a text of 1 to {LongestText} characters."),
            CustomFieldKind.Number => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
                ? number : throw Invalid(field.Key, $"{field.Name} takes a number."),
            CustomFieldKind.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                ? text : throw Invalid(field.Key, $"{field.Name} takes a date such as 2026-12-31."),
            CustomFieldKind.List => field.Choices.FirstOrDefault(choice => string.Equals(choice, text, StringComparison.OrdinalIgnoreCase))
                ?? throw Invalid(field.Key, $"{field.Name} takes one of: {string.Join(", ", field.Choices)}."),
            CustomFieldKind.Link => text is { Length: <= LongestText } && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? text : throw Invalid(field.Key, $"{field.Name} takes an address that begins with https://."),
            CustomFieldKind.Checkbox => value.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? value.GetBoolean() : throw Invalid(field.Key, $"{field.Name} takes yes or no."),
            _ => throw new InvalidOperationException($"A field of kind {field.Kind}."),
        };
    }

    private static RefusedException Invalid(string key, string detail) => new("invalid_value", detail, field: $"custom_fields.{key}");
}
