namespace Inbox.Channels.Website;

/// <summary>What files go over the chat of a website, both ways.</summary>
internal static class WebsiteFiles
{
    private const long Largest = 25_000_000;

    private const string Word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    private const string Sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    private const string Slides = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

    private static readonly string[] Sounds = ["audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/amr"];

    public static IReadOnlyDictionary<string, FileLimit> Limits { get; } = new Dictionary<string, FileLimit>
    {
        ["image"] = new(Largest, ["image/jpeg", "image/png", "image/webp", "image/gif"]),
        ["video"] = new(Largest, ["video/mp4", "video/webm", "video/3gpp"]),
        ["audio"] = new(Largest, Sounds),
        ["voice"] = new(Largest, Sounds),
        // No archives: what is inside is not seen.
        ["document"] = new(Largest, ["application/pdf", "text/plain", "text/csv", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", Word, Sheet, Slides]),
    };

    /// <summary>By the ending of the name: browsers name these by what programs the visitor has, or not at all.</summary>
    private static readonly Dictionary<string, string> ByEnding = new(StringComparer.OrdinalIgnoreCase)
    {
        [".txt"] = "text/plain",
        [".csv"] = "text/csv",
        [".doc"] = "application/msword",
        [".xls"] = "application/vnd.ms-excel",
        [".ppt"] = "application/vnd.ms-powerpoint",
        [".docx"] = Word,
        [".xlsx"] = Sheet,
        [".pptx"] = Slides,
    };

    /// <summary>The type that a sender says, or that the name does.</summary>
    public static string? Said(string? name, string? type) => ByEnding.GetValueOrDefault(Path.GetExtension(name ?? ""), type ?? "") is { Length: > 0 } said ? said : null;
}
