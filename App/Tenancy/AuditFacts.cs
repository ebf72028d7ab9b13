using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Inbox.Tenancy;

/// <summary>Before and after as JSON, without secrets.</summary>
internal static partial class AuditFacts
{
    /// <summary>What stands in place of a secret that did not change, or has nothing to compare with.</summary>
    public const string Hidden = "[hidden]";

    public const string HiddenAndChanged = "[hidden, changed]";

    private const int Longest = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static (string? Before, string? After) Of(object? before, object? after)
    {
        var was = NodeOf(before);
        var now = NodeOf(after);
        Hide(was, now);
        return (TextOf(was), TextOf(now));
    }

    private static JsonNode? NodeOf(object? facts) => facts is null ? null : JsonSerializer.SerializeToNode(facts, Json);

    private static string? TextOf(JsonNode? facts)
    {
        if (facts is null)
        {
            return null;
        }

        var text = facts.ToJsonString(Json);
        return text.Length <= Longest
            ? text
            : new JsonObject { ["characters"] = text.Length, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) }.ToJsonString(Json);
    }

    private static void Hide(JsonNode? was, JsonNode? now)
    {
        foreach (var name in NamesOf(was).Union(NamesOf(now)).ToList())
        {
            var (old, present) = (was?[name], now?[name]);
            if (!Secret.IsMatch(name))
            {
                Hide(old as JsonObject, present as JsonObject);
                HideItems(old);
                HideItems(present);
                continue;
            }

            var changed = was is not null && now is not null && !JsonNode.DeepEquals(old, present);
            if (old is not null)
            {
                was![name] = Hidden;
            }

            if (present is not null)
            {
                now![name] = changed ? HiddenAndChanged : Hidden;
            }
        }
    }

    private static void HideItems(JsonNode? node)
    {
        foreach (var item in node as JsonArray ?? [])
        {
            Hide(item as JsonObject, null);
            HideItems(item);
        }
    }

    private static IEnumerable<string> NamesOf(JsonNode? node) => node is JsonObject facts ? facts.Select(property => property.Key) : [];

    [GeneratedRegex("(^|_)(passwords?|passphrase|secrets?|tokens?|credentials|hash|stamp|salt|otp|authorization|cookie|recovery_codes?|pin)$|(^|_)(api|internal|private|signing|master|encryption|authenticator|public)_key$", RegexOptions.CultureInvariant)]
    private static partial Regex Secret { get; }
}
