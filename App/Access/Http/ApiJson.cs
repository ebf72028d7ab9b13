using System.Text.Json;
using System.Text.Json.Serialization;

namespace Inbox.Access.Http;

/// <summary>JSON of our own API: snake case, and strict, so that a mistyped field is an error and not a surprise.</summary>
public static class ApiJson
{
    public static JsonSerializerOptions Strict { get; } = Make(strict: true);

    /// <summary>For clients of the older services, who send fields that we do not know.</summary>
    public static JsonSerializerOptions Lenient { get; } = Make(strict: false);

    internal static void Apply(JsonSerializerOptions json, bool strict)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.DictionaryKeyPolicy = null;
        json.PropertyNameCaseInsensitive = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.UnmappedMemberHandling = strict ? JsonUnmappedMemberHandling.Disallow : JsonUnmappedMemberHandling.Skip;
        json.AllowDuplicateProperties = false;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.Converters.Add(new PlainText());
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }

    private static JsonSerializerOptions Make(bool strict)
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(json, strict);
        json.MakeReadOnly(populateMissingResolver: true);
        return json;
    }
}

/// <summary>U+0000 is no text: PostgreSQL cannot store it, and nobody means it.</summary>
internal sealed class PlainText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("The JSON value could not be converted to text.");
        }

        var text = reader.GetString()!;
        return text.Contains('\0', StringComparison.Ordinal) ? throw new JsonException("The JSON value could not be converted to text.") : text;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
