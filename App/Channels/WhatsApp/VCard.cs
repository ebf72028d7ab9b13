using System.Text;

namespace Inbox.Channels.WhatsApp;

/// <summary>What a card of an address book says as a text.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc6350">vCard; phones still write version 3 and 2.1</seealso>
internal static class VCard
{
    private const int LongestText = 64 * 1024;
    private const int MostEntries = 20;
    private const int LongestValue = 1000;

    /// <returns>Null where the text says neither a name nor where somebody can be reached.</returns>
    public static ContactCard? Read(string? text)
    {
        var lines = text is { Length: > 0 and <= LongestText } ? Lines(text).ToLookup(line => line.Name, StringComparer.OrdinalIgnoreCase) : null;
        if (lines is null)
        {
            return null;
        }

        var card = new ContactCard(
            First("FN") ?? NameOf(First("N", unescape: false)),
            Entries("TEL"),
            Entries("EMAIL"),
            Urls: Values("URL").Take(MostEntries).ToArray() is { Length: > 0 } urls ? urls : null,
            Organization: First("ORG", unescape: false) is { } organization ? string.Join(", ", Parts(organization)) : null,
            Title: First("TITLE"));
        return card == new ContactCard(null) ? null : card;

        string? First(string name, bool unescape = true) => Values(name, unescape).FirstOrDefault();

        IEnumerable<string> Values(string name, bool unescape = true)
            => lines[name].Select(line => unescape ? Unescaped(line.Value) : line.Value).Where(value => value.Length is > 0 and <= LongestValue);

        CardEntry[]? Entries(string name)
            => lines[name].Select(line => new CardEntry(Unescaped(line.Value), line.Kind)).Where(entry => entry.Value.Length is > 0 and <= LongestValue).Take(MostEntries).ToArray() is { Length: > 0 } entries ? entries : null;
    }

    private static IEnumerable<Line> Lines(string text)
    {
        // A line that begins with white space goes on with the one before.
        var whole = text.ReplaceLineEndings("\n").Replace("\n ", "", StringComparison.Ordinal).Replace("\n\t", "", StringComparison.Ordinal);
        foreach (var line in whole.Split('\n'))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                var head = line[..colon].Split(';');
                // Apple writes "item1.TEL" to tie a label to it.
                yield return new Line(head[0][(head[0].LastIndexOf('.') + 1)..].Trim(), KindOf(head.AsSpan(1)), line[(colon + 1)..].Trim());
            }
        }
    }

    private static string? KindOf(ReadOnlySpan<string> parameters)
    {
        foreach (var parameter in parameters)
        {
            if (parameter.StartsWith("TYPE=", StringComparison.OrdinalIgnoreCase))
            {
                return parameter["TYPE=".Length..].Trim('"').Split(',')[0].ToUpperInvariant();
            }
        }

        return null;
    }

    /// <summary>Family, given, additional, prefix and suffix, in the order in which people say them.</summary>
    private static string? NameOf(string? parts)
    {
        var given = parts is null ? [] : Split(parts);
        int[] order = [3, 1, 2, 0, 4];
        var name = string.Join(' ', order.Where(at => at < given.Count && given[at].Length > 0).Select(at => given[at]));
        return name.Length > 0 ? name : null;
    }

    private static IEnumerable<string> Parts(string value) => Split(value).Where(part => part.Length > 0);

    /// <summary>By semicolons that no backslash stands before.</summary>
    private static List<string> Split(string value)
    {
        List<string> parts = [];
        var part = new StringBuilder();
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] == ';')
            {
                parts.Add(Unescaped(part.ToString()));
                part.Clear();
                continue;
            }

            part.Append(value[at]);
            if (value[at] == '\\' && at + 1 < value.Length)
            {
                part.Append(value[++at]);
            }
        }

        parts.Add(Unescaped(part.ToString()));
        return parts;
    }

    private static string Unescaped(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] == '\\' && at + 1 < value.Length)
            {
                text.Append(value[++at] is 'n' or 'N' ? ' ' : value[at]);
            }
            else
            {
                text.Append(value[at]);
            }
        }

        return text.ToString().Trim();
    }

    /// <param name="Name">Of the property.</param>
    /// <param name="Kind">WORK, HOME and the like; null where it does not say.</param>
    private sealed record Line(string Name, string? Kind, string Value);
}
