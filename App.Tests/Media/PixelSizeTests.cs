using Inbox.Media;

namespace Inbox.Tests.Media;

public sealed class PixelSizeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("89504E470D0A1A0A0000000D49484452000003200000025808060000", 800, 600)]
    [InlineData("4749463839612003580200", 800, 600)]
    [InlineData("FFD8FFE000104A46494600010100000100010000FFC0001108025803200301220002110103110100", 800, 600)]
    [InlineData("524946460000000057454250565038580A000000000000001F03005702000000", 800, 600)]
    public void A_header_says_how_large_a_picture_is(string hex, int width, int height) => Assert.Equal(new PixelSize(width, height), PixelSize.Of(File(Convert.FromHexString(hex))));

    [Theory]
    [InlineData("")]
    [InlineData("FFD8")]
    [InlineData("FFD8FFE1FFFF")]
    [InlineData("89504E47")]
    [InlineData("474946383961")]
    [InlineData("52494646000000005745")]
    [InlineData("255044462D312E37")]
    public void What_breaks_off_or_is_no_picture_has_no_size(string hex) => Assert.Null(PixelSize.Of(File(Convert.FromHexString(hex))));

    [Fact]
    public void The_notes_of_a_camera_may_stand_before_it()
    {
        byte[] notes = [0xFF, 0xE1, 0xFF, 0xFF, .. new byte[0xFFFD]];

        Assert.Equal(new PixelSize(800, 600), PixelSize.Of(File([0xFF, 0xD8, .. notes, .. notes, .. Convert.FromHexString("FFC00011080258032003012200021101031101")])));
    }

    private string File(byte[] bytes)
    {
        var path = _folder.File("picture");
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }
}
