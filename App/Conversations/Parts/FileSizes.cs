using System.Globalization;

namespace Inbox.Conversations.Parts;

internal static class FileSizes
{
    /// <summary>In the unit that people expect: 814 B, 12 KB, 3.4 MB.</summary>
    public static string InWords(long bytes) => bytes switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000.0:0} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:0.#} MB"),
    };
}
