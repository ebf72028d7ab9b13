using System.Globalization;
using System.Text;
using System.Text.Json;
using Inbox.Data;

namespace Inbox.Channels;

/// <summary>
/// Reads JSON as platforms send it: invalid UTF-8 and lone surrogates become U+FFFD, U+0000 is dropped from text, ids and
/// times may be strings or numbers. What is not there, or is of another shape, reads as null or as nothing.
/// </summary>
public static class JsonText
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="UnreadableDeliveryException">It is no JSON, nested too deeply, or names a key twice.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(Readable(body), Strict);
        }
        catch (JsonException error)
        {
            throw new UnreadableDeliveryException($"The body cannot be read as JSON: {error.Message.Cut(300)}", error);
        }
    }

    extension(JsonElement json)
    {
        /// <summary>The value of a key, or an undefined element.</summary>
        public JsonElement At(string name)
            => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

        /// <summary>The elements of a list; nothing when it is no list.</summary>
        public IEnumerable<JsonElement> Items() => json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [];

        /// <summary>The text, without U+0000; null when it is no string.</summary>
        public string? Text()
            => json.ValueKind == JsonValueKind.String ? json.GetString()!.Replace("\0", "", StringComparison.Ordinal) : null;

        /// <summary>A string or a number as it is written; null when it is empty or something else.</summary>
        public string? Id()
        {
            var id = json.ValueKind == JsonValueKind.Number ? json.GetRawText() : json.Text()?.Trim();
            return id is { Length: > 0 } ? id : null;
        }

        /// <summary>A time in seconds since 1970, as a string or a number; null when it cannot be one of a message.</summary>
        public DateTime? Seconds()
        {
            if (!long.TryParse(json.Id(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return null;
            }

            // Some senders write milliseconds; as seconds these would lie beyond the year 5000.
            seconds = seconds > 100_000_000_000 ? seconds / 1000 : seconds;
            return seconds is > 0 and < 100_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime : null;
        }

        /// <summary>A copy of the object without these keys; of anything else a copy.</summary>
        public JsonElement Without(params IReadOnlyCollection<string> names)
            => json.ValueKind != JsonValueKind.Object ? json.Clone()
                : JsonSerializer.SerializeToElement(json.EnumerateObject().Where(property => !names.Contains(property.Name)).DistinctBy(property => property.Name)
                    .ToDictionary(property => property.Name, property => property.Value));

        /// <summary>Whether the object holds a key beside these.</summary>
        public bool HasMoreThan(params ReadOnlySpan<string> names)
        {
            foreach (var property in json.EnumerateObject())
            {
                if (!names.Contains(property.Name))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static ReadOnlyMemory<byte> Readable(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        if (!System.Text.Unicode.Utf8.IsValid(body.Span))
        {
            body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body.Span));
        }

        return WithoutLoneSurrogates(body);
    }

    // An escaped half of a pair is as long as the escaped U+FFFD, so it is replaced where it stands.
    private static ReadOnlyMemory<byte> WithoutLoneSurrogates(ReadOnlyMemory<byte> body)
    {
        byte[]? copy = null;
        var bytes = body.Span;
        for (var at = bytes.IndexOf((byte)'\\'); at >= 0;)
        {
            var length = 2;
            if (Escaped(bytes[at..]) is { } unit)
            {
                length = 6;
                if (char.IsHighSurrogate(unit) && Escaped(bytes[(at + 6)..]) is { } low && char.IsLowSurrogate(low))
                {
                    length = 12;
                }
                else if (char.IsSurrogate(unit))
                {
                    copy ??= body.ToArray();
                    "FFFD"u8.CopyTo(copy.AsSpan(at + 2));
                }
            }

            var from = at + length;
            var next = from < bytes.Length ? bytes[from..].IndexOf((byte)'\\') : -1;
            at = next < 0 ? -1 : from + next;
        }

        return copy ?? body;
    }

    private static char? Escaped(ReadOnlySpan<byte> bytes)
        => bytes.Length >= 6 && bytes[0] == '\\' && bytes[1] == 'u'
            && ushort.TryParse(bytes[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
