using Inbox.Data;

namespace Inbox.Tenancy;

/// <summary>A page of a list as the API shows it.</summary>
/// <param name="NextCursor">Give it back as <c>?cursor=</c> for the next page; null on the last one.</param>
public sealed record ListOf<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>The paging parameters of every list.</summary>
public static class Paging
{
    public const int MostRows = 200;

    /// <exception cref="RefusedException">invalid_cursor.</exception>
    public static Cursor? After(string? cursor)
        => string.IsNullOrEmpty(cursor) ? null
            : Cursor.Parse(cursor) ?? throw new RefusedException("invalid_cursor", "The cursor is none that a list of ours gave.", StatusCodes.Status400BadRequest, "cursor");

    /// <exception cref="RefusedException">invalid_value.</exception>
    public static int Limit(int limit)
        => limit is >= 1 and <= MostRows ? limit
            : throw new RefusedException("invalid_value", $"limit is 1 to {MostRows}.", StatusCodes.Status400BadRequest, "limit");
}
