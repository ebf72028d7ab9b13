using System.Text.RegularExpressions;

namespace Inbox.Tests.Shell;

public sealed partial class IconTests
{
    [Fact]
    public void Every_icon_that_a_page_names_is_in_the_sprite()
    {
        var sprite = Symbol.Matches(File.ReadAllText(Repository.PathOf("wwwroot-assets/img/icons.svg"))).Select(match => match.Groups[1].Value).ToHashSet();
        var named =
            from file in Directory.EnumerateFiles(Repository.PathOf("App"), "*.razor", SearchOption.AllDirectories)
            from Match match in Named.Matches(File.ReadAllText(file))
            select (File: Path.GetFileName(file), Icon: match.Groups[1].Value + match.Groups[2].Value);

        Assert.DoesNotContain(named, use => !sprite.Contains(use.Icon));
    }

    [GeneratedRegex("""<symbol id="([\w-]+)""")]
    private static partial Regex Symbol { get; }

    [GeneratedRegex("""<Icon Name="([a-z][\w-]*)"|\[Menu\("[^"]*", "([\w-]+)""")]
    private static partial Regex Named { get; }
}
