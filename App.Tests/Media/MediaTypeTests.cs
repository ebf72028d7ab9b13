using System.Text;
using Inbox.Media;

namespace Inbox.Tests.Media;

public sealed class MediaTypeTests
{
    [Theory]
    [InlineData("\u00ff\u00d8\u00ff\u00e0", "text/html", "image/jpeg")]
    [InlineData("\u0089PNG\r\n\u001a\n", null, "image/png")]
    [InlineData("GIF89a", null, "image/gif")]
    [InlineData("RIFF\u0001\u0001\u0001\u0001WEBPVP8 ", null, "image/webp")]
    [InlineData("OggS", "audio/ogg; codecs=opus", "audio/ogg")]
    [InlineData("\0\0\0\u0018ftypmp42", "video/mp4", "video/mp4")]
    [InlineData("\0\0\0\u0018ftypM4A ", "audio/mp4", "audio/mp4")]
    [InlineData("\0\0\0\u0018ftyp3gp4", null, "video/3gpp")]
    [InlineData("\0\0\0\u0018ftypavif", null, "image/avif")]
    [InlineData("\0\0\0\u0018ftypheic", "image/heic", "image/heic")]
    [InlineData("#!AMR\n", null, "audio/amr")]
    [InlineData("%PDF-1.7", "image/png", "application/pdf")]
    [InlineData("PK\u0003\u0004", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    [InlineData("PK\u0003\u0004", "image/png", "application/zip")]
    [InlineData("<svg>", "image/svg+xml", MediaType.Unknown)]
    [InlineData("<html>", "text/html", MediaType.Unknown)]
    [InlineData("a;b;c", "text/csv", "text/csv")]
    [InlineData("a\0b", "text/plain", MediaType.Unknown)]
    [InlineData("", null, MediaType.Unknown)]
    public void A_file_is_what_its_first_bytes_say(string head, string? said, string type) => Assert.Equal(type, MediaType.Of(Encoding.Latin1.GetBytes(head), said));

    [Theory]
    [InlineData("RIFF\u0001\u0001\u0001\u0001WEBPVP8X\u000a\0\0\0\u0002\0\0\0", true)]
    [InlineData("RIFF\u0001\u0001\u0001\u0001WEBPVP8X\u000a\0\0\0\u0010\0\0\0", false)]
    [InlineData("RIFF\u0001\u0001\u0001\u0001WEBPVP8 \u000a\0\0\0\u0002\0\0\0", false)]
    [InlineData("RIFF\u0001\u0001\u0001\u0001WEBPVP8X", false)]
    public void A_sticker_that_moves_says_so_in_its_first_chunk(string head, bool moves) => Assert.Equal(moves, MediaType.IsMovingWebP(Encoding.Latin1.GetBytes(head)));

    [Fact]
    public void Nothing_that_a_browser_runs_may_be_shown()
        => Assert.All(new[] { "image/svg+xml", "text/html", "application/pdf", "text/plain", "application/xhtml+xml", MediaType.Unknown }, type => Assert.False(MediaType.MayBeShown(type)));
}
