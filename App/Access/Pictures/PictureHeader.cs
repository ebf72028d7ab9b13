using System.Buffers.Binary;

namespace Inbox.Access.Pictures;

/// <summary>What the first bytes of a file say it is. Names and declared types are never believed.</summary>
/// <param name="Type">image/png, image/jpeg or image/webp: what every browser shows and none runs. SVG is a document with scripts.</param>
public sealed record PictureHeader(string Type, int Width, int Height)
{
    /// <returns>Null when the bytes are no such picture.</returns>
    public static PictureHeader? Of(ReadOnlySpan<byte> bytes)
        => bytes is [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ..] ? Png(bytes)
            : bytes is [0xff, 0xd8, 0xff, ..] ? Jpeg(bytes)
            : bytes.StartsWith("RIFF"u8) && bytes.Length >= 30 && bytes[8..].StartsWith("WEBP"u8) ? Webp(bytes)
            : null;

    private static PictureHeader? Png(ReadOnlySpan<byte> bytes)
        => bytes.Length >= 24 && bytes[12..].StartsWith("IHDR"u8)
            ? Made("image/png", BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]))
            : null;

    private static PictureHeader? Jpeg(ReadOnlySpan<byte> bytes)
    {
        for (var at = 2; at + 9 <= bytes.Length && bytes[at] == 0xff;)
        {
            var marker = bytes[at + 1];
            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
            {
                return Made("image/jpeg", BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]));
            }

            at += marker == 0xff ? 1 : 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
        }

        return null;
    }

    private static PictureHeader? Webp(ReadOnlySpan<byte> bytes)
        => bytes[12..].StartsWith("VP8X"u8) ? Made("image/webp", 1 + Small(bytes[24..]), 1 + Small(bytes[27..]))
            : bytes[12..].StartsWith("VP8L"u8) && BinaryPrimitives.ReadUInt32LittleEndian(bytes[21..]) is var bits ? Made("image/webp", 1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff))
            : bytes[12..].StartsWith("VP8 "u8)
                ? Made("image/webp", BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]) & 0x3fffu, BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]) & 0x3fffu)
                : null;

    private static uint Small(ReadOnlySpan<byte> bytes) => bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16);

    private static PictureHeader? Made(string type, uint width, uint height)
        => width is 0 or > int.MaxValue || height is 0 or > int.MaxValue ? null : new PictureHeader(type, (int)width, (int)height);
}
