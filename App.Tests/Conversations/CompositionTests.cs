using Inbox.Conversations;
using Inbox.Tenancy;

namespace Inbox.Tests.Conversations;

public sealed class CompositionTests
{
    [Theory]
    [InlineData("é", 500, true)]
    [InlineData("é", 501, false)]
    [InlineData("a", 1000, true)]
    [InlineData("a", 1001, false)]
    [InlineData("😀", 250, true)]
    [InlineData("😀", 251, false)]
    public void Where_the_platform_counts_bytes_so_do_we(string letter, int count, bool fits)
    {
        var text = string.Concat(Enumerable.Repeat(letter, count));

        var refused = Record.Exception(() => Composition.Text(text, limit: 1000, bytes: 1000)) as RefusedException;

        Assert.Equal(fits ? null : "text_too_long", refused?.Code);
    }
}
