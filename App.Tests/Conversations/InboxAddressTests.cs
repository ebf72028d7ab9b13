using Inbox.Conversations;

namespace Inbox.Tests.Conversations;

public sealed class InboxAddressTests
{
    [Theory]
    [InlineData(null, null, null, null, "/inbox")]
    [InlineData(42L, null, null, null, "/inbox/42")]
    [InlineData(42L, "mine", "closed", true, "/inbox/42?tab=mine&status=closed&panel=true")]
    [InlineData(null, "unassigned", "any", null, "/inbox?tab=unassigned&status=any")]
    [InlineData(null, "all", "open", null, "/inbox")]
    [InlineData(null, "nonsense", "nonsense", null, "/inbox")]
    [InlineData(null, null, null, true, "/inbox")]
    public void The_address_says_what_the_screen_shows(long? conversation, string? tab, string? status, bool? panel, string address)
        => Assert.Equal(address, InboxAddress.Of(conversation, tab, status, panel).ToString());

    [Theory]
    [InlineData("VIP & more", "/inbox?tag=VIP%20%26%20more")]
    [InlineData("  ", "/inbox")]
    public void A_tag_stands_in_the_address(string tag, string address)
        => Assert.Equal(address, InboxAddress.Of(null, null, null, null, tag: tag).ToString());
}
