using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Inbox.Access.Http;

namespace Inbox.Operations.OpenApi;

/// <summary>
/// An example of a body for the documentation, made from its type: names and rules of the properties say what fits. A type
/// whose rules nothing can guess names its own by <see cref="ExampleAttribute"/>.
/// </summary>
internal static class Examples
{
    private const int Deepest = 5;

    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["email"] = "ana@shop.example",
        ["username"] = "ana",
        ["password"] = "correct horse battery",
        ["kind"] = "website",
        ["slug"] = "shop",
        ["time_zone"] = "Europe/Berlin",
        ["status"] = "open",
        ["mode"] = "reply",
        ["color"] = "#1769aa",
        ["colour"] = "#1769aa",
        ["language"] = "en",
        ["url"] = "https://example.com/hook",
        ["webhook_url"] = "https://inbox.example.com/webhooks/whatsapp",
        ["phone"] = "+15550100142",
        ["text"] = "Hello!",
        ["text_content"] = "Hello!",
        ["name"] = "Shop",
        ["business_name"] = "Shop",
        ["full_name"] = "Ana Example",
        ["tenant_id"] = "shop",
        ["token_type"] = "bearer",
        ["grant_type"] = "password",
        ["next_cursor"] = "NjM5MDk4NDg4MDAwMDAwMDAwLjE",
    };

    /// <summary>Everything that an answer has.</summary>
    public static JsonNode? OfAnswer(Type type) => Of(type, "", null, all: true, 0);

    /// <summary>What a request must have, and no more: it is accepted as it stands.</summary>
    public static JsonNode? OfRequest(Type type) => Of(type, "", null, all: false, 0);

    private static JsonNode? Of(Type type, string name, PropertyInfo? property, bool all, int depth)
    {
        if (type.GetCustomAttribute<ExampleAttribute>() is { } own)
        {
            return JsonNode.Parse(own.Json);
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) ? Text(name, property)
            : type == typeof(bool) ? true
            : type == typeof(DateTime) || type == typeof(DateTimeOffset) ? "2026-03-01T12:00:00Z"
            : type == typeof(DateOnly) ? "2026-03-01"
            : type == typeof(TimeOnly) ? "09:00:00"
            : type == typeof(TimeSpan) ? "00:05:00"
            : type == typeof(Guid) ? "3f0c8f0e-5a52-4f4e-9d53-0f2c7a3d5b11"
            : type == typeof(Uri) ? Texts["url"]
            : type.IsEnum ? JsonNamingPolicy.SnakeCaseLower.ConvertName(Enum.GetNames(type)[0])
            : type.IsPrimitive || type == typeof(decimal) ? Number(property)
            : type == typeof(JsonElement) || type == typeof(JsonNode) || type == typeof(object) || type.IsAssignableTo(typeof(IDictionary)) || IsDictionary(type) ? new JsonObject()
            : ItemOf(type) is { } item ? depth >= Deepest ? new JsonArray() : new JsonArray(Of(item, Singular(name), null, all, depth + 1))
            : depth >= Deepest ? null
            : Record(type, all, depth);
    }

    private static JsonObject Record(Type type, bool all, int depth)
        => new(from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
               where property.GetIndexParameters().Length == 0 && property.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always }
               where all || IsNeeded(type, property)
               let name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)
               select KeyValuePair.Create(name, Of(property.PropertyType, name, property, all, depth + 1)));

    private static bool IsNeeded(Type type, PropertyInfo property)
        => property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null
            || property.GetCustomAttribute<RequiredAttribute>() is not null
            || type.GetConstructors().SelectMany(made => made.GetParameters())
                .Any(parameter => !parameter.HasDefaultValue && string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase));

    private static string Text(string name, PropertyInfo? property)
    {
        if (property?.GetCustomAttribute<AllowedValuesAttribute>()?.Values is [string allowed, ..])
        {
            return allowed;
        }

        var text = Texts.GetValueOrDefault(name) ?? (name.EndsWith("_url", StringComparison.Ordinal) ? Texts["url"] : "text");
        var shortest = Math.Max(property?.GetCustomAttribute<StringLengthAttribute>()?.MinimumLength ?? 0, property?.GetCustomAttribute<MinLengthAttribute>()?.Length ?? 0);
        return text.PadRight(shortest, 'x');
    }

    private static JsonNode Number(PropertyInfo? property)
        => property?.GetCustomAttribute<RangeAttribute>() is { Minimum: IConvertible least } && Convert.ToDouble(least, System.Globalization.CultureInfo.InvariantCulture) is > 1 and var number
            ? (long)number : 1;

    private static bool IsDictionary(Type type)
        => type.GetInterfaces().Append(type).Any(face => face.IsGenericType
            && (face.GetGenericTypeDefinition() == typeof(IDictionary<,>) || face.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)));

    private static Type? ItemOf(Type type)
        => type.GetInterfaces().Append(type).FirstOrDefault(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];

    private static string Singular(string name) => name.EndsWith('s') ? name[..^1] : name;
}
