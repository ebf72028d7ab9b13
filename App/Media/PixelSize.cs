using System.Buffers.Binary;
using Inbox.Access.Pictures;

namespace Inbox.Media;

/// <summary>How large a picture is, read from its header: nothing is decoded.</summary>
public sealed record PixelSize(int Width, int Height)
{
    /// <summary>Photos carry a preview and colour tables before the place that says it.</summary>
    private const int Searched = 1024 * 1024;

    public long Pixels => (long)Width * Height;

    /// <returns>Null for what is no picture, or does not say it where it should.</returns>
    public static PixelSize? Of(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var head = new byte[16];
        var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (head.AsSpan(0, read) is not ([0xff, 0xd8, ..] or [0x89, (byte)'P', ..] or [(byte)'G', (byte)'I', (byte)'F', ..] or [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..]))
        {
            return null;
        }

        var bytes = new byte[Math.Min(Searched, file.Length)];
        file.Position = 0;
        return Of(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
    }

    /// <param name="bytes">The beginning of the file.</param>
    public static PixelSize? Of(ReadOnlySpan<byte> bytes)
        => bytes.StartsWith("GIF8"u8) && bytes.Length >= 10 ? new PixelSize(BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]))
            : PictureHeader.Of(bytes) is { } header ? new PixelSize(header.Width, header.Height)
            : null;
}
