using System.Buffers;

namespace Inbox.Media;

/// <summary>Files that a computer runs, or a browser shows as a page: from strangers they are not taken, whatever they are called.</summary>
internal static class RunnableFiles
{
    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".apk", ".app", ".appx", ".bash", ".bat", ".cmd", ".com", ".command", ".cpl", ".deb", ".dll", ".dmg", ".docm", ".exe", ".hta", ".htm", ".html", ".img", ".iso", ".jar",
        ".js", ".jse", ".lnk", ".mht", ".mhtml", ".mjs", ".msi", ".msix", ".php", ".pif", ".pkg", ".pptm", ".ps1", ".py", ".reg", ".rpm", ".scr", ".sh", ".shtml", ".svg",
        ".svgz", ".url", ".vbe", ".vbs", ".wsf", ".xht", ".xhtml", ".xlsm", ".xml",
    };

    private static readonly byte[][] Beginnings =
    [
        "MZ"u8.ToArray(), [0x7F, (byte)'E', (byte)'L', (byte)'F'], [0xFE, 0xED, 0xFA, 0xCE], [0xFE, 0xED, 0xFA, 0xCF], [0xCE, 0xFA, 0xED, 0xFE], [0xCF, 0xFA, 0xED, 0xFE],
        [0xCA, 0xFE, 0xBA, 0xBE], "#!/"u8.ToArray(), "#! "u8.ToArray(),
    ];

    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n\f"u8);

    /// <param name="name">As the sender named it.</param>
    /// <param name="head">The first bytes.</param>
    public static bool Is(string? name, ReadOnlySpan<byte> head)
        => Endings.Contains(Path.GetExtension(name?.TrimEnd(' ', '.') ?? "")) || Begins(head) || IsMarkup(head);

    private static bool Begins(ReadOnlySpan<byte> head)
    {
        foreach (var beginning in Beginnings)
        {
            if (head.StartsWith(beginning))
            {
                return true;
            }
        }

        return false;
    }

    // "<!doctype", "<html", "<svg", "<?xml", "<!--": what a browser takes for a page.
    private static bool IsMarkup(ReadOnlySpan<byte> head)
    {
        var text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        var start = text.IndexOfAnyExcept(Blank);
        return start >= 0 && text[start..] is [(byte)'<', var next, ..] && (char.IsAsciiLetter((char)next) || next is (byte)'!' or (byte)'?');
    }
}
