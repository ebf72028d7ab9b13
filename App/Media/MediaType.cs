using System.Net.Http.Headers;
using System.Text;

namespace Inbox.Media;

/// <summary>What a file is by its first bytes. What a sender says only tells apart what bytes do not: office files, plain text.</summary>
/// <seealso href="https://mimesniff.spec.whatwg.org/">MIME Sniffing</seealso>
public static class MediaType
{
    /// <summary>Bytes without a type: they can be saved, never shown.</summary>
    public const string Unknown = "application/octet-stream";

    private const string CompoundFile = "application/x-ole-storage";
    private const int Longest = 150;

    /// <summary>Office files of before 2007, whose bytes do not say which of them they are.</summary>
    private static readonly HashSet<string> OldOffice = ["application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"];

    private static readonly (string Type, int Offset, byte[] Bytes)[] Signatures =
    [
        ("image/jpeg", 0, [0xFF, 0xD8, 0xFF]),
        ("image/png", 0, [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]),
        ("image/gif", 0, "GIF87a"u8.ToArray()),
        ("image/gif", 0, "GIF89a"u8.ToArray()),
        ("audio/ogg", 0, "OggS"u8.ToArray()),
        ("audio/mpeg", 0, "ID3"u8.ToArray()),
        ("audio/amr", 0, "#!AMR"u8.ToArray()),
        ("video/webm", 0, [0x1A, 0x45, 0xDF, 0xA3]),
        ("application/pdf", 0, "%PDF-"u8.ToArray()),
        ("application/zip", 0, [(byte)'P', (byte)'K', 3, 4]),
        (CompoundFile, 0, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
    ];

    /// <summary>The types that a browser may show in our pages; all others are handed out for saving.</summary>
    private static readonly HashSet<string> Shown =
    [
        "image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "video/3gpp", "video/webm", "audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/amr",
    ];

    /// <summary>What a file of the type is sent as.</summary>
    public static string KindOf(string type) => type switch
    {
        "image/jpeg" or "image/png" or "image/webp" or "image/gif" => "image",
        _ when type.StartsWith("video/", StringComparison.Ordinal) => "video",
        _ when type.StartsWith("audio/", StringComparison.Ordinal) => "audio",
        _ => "document",
    };

    public static bool MayBeShown(string type) => Shown.Contains(type);

    /// <summary>A WebP picture that moves: its first chunk says so in a flag, and none without that chunk does.</summary>
    /// <seealso href="https://developers.google.com/speed/webp/docs/riff_container#extended_file_format"/>
    public static bool IsMovingWebP(ReadOnlySpan<byte> head)
        => head.Length > 20 && head[8..12].SequenceEqual("WEBP"u8) && head[12..16].SequenceEqual("VP8X"u8) && (head[20] & 0b10) != 0;

    /// <param name="head">The first bytes of the file.</param>
    /// <param name="said">What the platform says, which tells apart what the bytes do not: office files are all archives.</param>
    public static string Of(ReadOnlySpan<byte> head, string? said)
    {
        var claimed = Claimed(said);
        foreach (var (type, offset, bytes) in Signatures)
        {
            if (head.Length >= offset + bytes.Length && head.Slice(offset, bytes.Length).SequenceEqual(bytes))
            {
                return type switch
                {
                    "application/zip" when claimed?.StartsWith("application/vnd.openxmlformats-", StringComparison.Ordinal) == true => claimed,
                    CompoundFile => claimed is not null && OldOffice.Contains(claimed) ? claimed : Unknown,
                    _ => type,
                };
            }
        }

        if (head.Length >= 12 && head[..4].SequenceEqual("RIFF"u8) && head[8..12].SequenceEqual("WEBP"u8))
        {
            return "image/webp";
        }

        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8))
        {
            var brand = Encoding.ASCII.GetString(head[8..12]);
            return brand is "avif" or "avis" ? "image/avif"
                : brand is "heic" or "heix" or "heim" or "heis" or "hevc" or "mif1" or "msf1" ? "image/heic"
                : brand.StartsWith("3gp", StringComparison.Ordinal) ? "video/3gpp"
                : brand.StartsWith("M4A", StringComparison.Ordinal) || claimed?.StartsWith("audio/", StringComparison.Ordinal) == true ? "audio/mp4"
                : "video/mp4";
        }

        // Frames of MPEG audio: eleven set bits, and a layer that exists; without a layer it is AAC.
        if (head.Length >= 2 && head[0] == 0xFF && (head[1] & 0xE0) == 0xE0)
        {
            return (head[1] & 0x06) == 0 ? "audio/aac" : "audio/mpeg";
        }

        return claimed is "text/plain" or "text/csv" && !head.Contains((byte)0) ? claimed : Unknown;
    }

    /// <returns>Null for what is no type, or longer than any is.</returns>
    private static string? Claimed(string? said)
        => MediaTypeHeaderValue.TryParse(said, out var parsed) && parsed.MediaType is { Length: <= Longest } type ? type.ToLowerInvariant() : null;
}
