using Inbox.Access.Pictures;

namespace Inbox.Tests.Access;

public sealed class PictureHeaderTests
{
    [Fact]
    public void A_picture_is_known_by_its_bytes()
    {
        Assert.Equal(new PictureHeader("image/png", 40, 30), PictureHeader.Of(Pictures.Png(40, 30)));
        Assert.Equal(new PictureHeader("image/jpeg", 640, 480), PictureHeader.Of([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 17, 8, 0x01, 0xe0, 0x02, 0x80, 3]));
        Assert.Equal(
            new PictureHeader("image/webp", 16, 9),
            PictureHeader.Of([.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 15, 0, 0, 8, 0, 0]));
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")]
    [InlineData("<html><script>alert(1)</script>")]
    [InlineData("GIF89a")]
    [InlineData("%PDF-1.7")]
    [InlineData("")]
    public void What_could_run_or_is_unknown_is_none(string text) => Assert.Null(PictureHeader.Of(System.Text.Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void No_bytes_make_it_fail()
    {
        var random = new Random(1);
        byte[][] starts = [[.. Pictures.Png(1, 1)], [0xff, 0xd8, 0xff, 0xe0], [.. "RIFF0000WEBPVP8L"u8], [.. "RIFF0000WEBPVP8 "u8], [.. "RIFF0000WEBPVP8X"u8]];
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            var start = starts[round % starts.Length];
            start.AsSpan(0, Math.Min(start.Length, bytes.Length)).CopyTo(bytes);
            _ = PictureHeader.Of(bytes);
        }
    }
}

/// <summary>Small pictures for tests.</summary>
public static class Pictures
{
    /// <summary>A PNG as far as its header goes.</summary>
    public static byte[] Png(int width, int height)
        => [0x89, .. "PNG\r\n"u8, 0x1a, 0x0a, 0, 0, 0, 13, .. "IHDR"u8, .. BigEndian(width), .. BigEndian(height), 8, 2, 0, 0, 0];

    private static byte[] BigEndian(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
