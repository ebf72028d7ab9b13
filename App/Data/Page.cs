using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Inbox.Data;

/// <summary>One page of a list, and where the next one starts.</summary>
/// <param name="NextCursor">Opaque; null when this was the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>A place in a list that is ordered by time and id, newest first.</summary>
public readonly record struct Cursor(DateTime At, long Id)
{
    public override string ToString()
        => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{At.Ticks}.{Id}")));

    /// <returns>Null when the text is no cursor of ours.</returns>
    public static Cursor? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > 100 || !Base64Url.IsValid(text))
        {
            return null;
        }

        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('.');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new Cursor(new DateTime(ticks, DateTimeKind.Utc), id)
            : null;
    }
}
