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
