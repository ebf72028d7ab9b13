using System.Globalization;
using System.Text;

namespace Inbox.Data;

/// <summary>
/// Lines of CSV (RFC 4180), every field quoted. A field that a spreadsheet would run as a formula gets an apostrophe before
/// it (OWASP, "CSV Injection"); so does one that has an apostrophe there already, so that taking one off gives the text back.
/// </summary>
public static class Csv
{
    public const string MediaType = "text/csv; charset=utf-8";

    public static string Line(params ReadOnlySpan<object?> fields)
    {
        var line = new StringBuilder();
        foreach (var field in fields)
        {
            line.Append(line.Length == 0 ? "\"" : ",\"").Append(Safe(TextOf(field)).Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }

        return line.Append("\r\n").ToString();
    }

    /// <summary>A field of our own export as it was.</summary>
    public static string Read(string field) => field is ['\'', var first, ..] && IsRisky(first) ? field[1..] : field;

    /// <summary>
    /// The rows of a file, each with the number of its first line. Fields are separated by comma, semicolon or tab, whichever
    /// the first line has most of outside quotes; empty lines are read over. Fields are as they stand: see <see cref="Read"/>.
    /// </summary>
    /// <exception cref="FormatException">A quote is not closed.</exception>
    public static IEnumerable<(int Line, IReadOnlyList<string> Fields)> Rows(string text)
    {
        var at = text.StartsWith('\uFEFF') ? 1 : 0;
        var separator = SeparatorOf(text.AsSpan(at));
        var line = 1;
        while (at < text.Length)
        {
            var (first, fields) = (line, new List<string>());
            do
            {
                fields.Add(Field(text, separator, ref at, ref line));
            }
            while (at < text.Length && text[at++] == separator);

            // A CR that stood before the LF was taken with the field's end.
            at += at < text.Length && text[at - 1] == '\r' && text[at] == '\n' ? 1 : 0;
            line++;
            if (fields is not [""])
            {
                yield return (first, fields);
            }
        }
    }

    private static string Field(string text, char separator, ref int at, ref int line)
    {
        var field = new StringBuilder();
        var quoted = at < text.Length && text[at] == '"';
        for (at += quoted ? 1 : 0; at < text.Length; at++)
        {
            var sign = text[at];
            if (quoted && sign == '"')
            {
                if (at + 1 == text.Length || text[at + 1] != '"')
                {
                    quoted = false;
                    continue;
                }

                at++;
            }
            else if (!quoted && (sign == separator || sign is '\r' or '\n'))
            {
                return field.ToString();
            }

            line += sign == '\n' ? 1 : 0;
            field.Append(sign);
        }

        return quoted ? throw new FormatException($"A quote before line {line} is not closed.") : field.ToString();
    }

    private static char SeparatorOf(ReadOnlySpan<char> text)
    {
        var (commas, semicolons, tabs, quoted) = (0, 0, 0, false);
        foreach (var sign in text)
        {
            quoted ^= sign == '"';
            if (!quoted && (sign is '\r' or '\n'))
            {
                break;
            }

            commas += !quoted && sign == ',' ? 1 : 0;
            semicolons += !quoted && sign == ';' ? 1 : 0;
            tabs += !quoted && sign == '\t' ? 1 : 0;
        }

        return semicolons > commas && semicolons >= tabs ? ';' : tabs > commas ? '\t' : ',';
    }

    private static string Safe(string text) => text is [var first, ..] && IsRisky(first) ? $"'{text}" : text;

    private static bool IsRisky(char first) => first is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\'';

    private static string TextOf(object? field) => field switch
    {
        null => "",
        string text => text,
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => field.ToString() ?? "",
    };
}
