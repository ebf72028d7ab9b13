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
