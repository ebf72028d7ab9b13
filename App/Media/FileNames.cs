using System.Globalization;
using System.Text;
using Inbox.Data;

namespace Inbox.Media;

/// <summary>Names for saving a file, from names that strangers gave.</summary>
internal static class FileNames
{
    private const int Longest = 120;

    /// <summary>The last part of the name, without what file systems or terminals act on; a name of our own where nothing is left.</summary>
    public static string Safe(string? name, string kind, string type)
    {
        var last = (name ?? "").Split('/', '\\')[^1];
        var safe = new StringBuilder();
        foreach (var rune in last.EnumerateRunes())
        {
            // Control characters, and those that turn the direction of what follows ("exe.fdp" shown as "pdf.exe").
            var isSafe = !Rune.IsControl(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                && !"<>:\"|?*".Contains((char)Math.Min(rune.Value, char.MaxValue));
            safe.Append(isSafe ? rune.ToString() : "_");
        }

        var clean = safe.ToString().Trim(' ', '.');
        if (clean.Length > Longest)
        {
            var ending = Path.GetExtension(clean) is { Length: > 1 and <= 10 } some ? some : "";
            clean = clean.Cut(Longest - ending.Length).TrimEnd(' ', '.') + ending;
        }

        return clean.Length > 0 ? clean : $"{kind}{Ending(type)}";
    }

    private static string Ending(string type) => type switch
    {
        "image/jpeg" => ".jpg",
        "audio/mpeg" => ".mp3",
        "audio/ogg" => ".ogg",
        "audio/mp4" => ".m4a",
        "application/pdf" => ".pdf",
        _ when type.StartsWith("image/", StringComparison.Ordinal) || type.StartsWith("video/", StringComparison.Ordinal) => $".{type[6..]}",
        _ => ".bin",
    };
}
