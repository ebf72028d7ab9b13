using System.Text.Json;
using Inbox.Channels;
using Inbox.Channels.Sandbox;
using Inbox.Conversations;
using Inbox.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations;

public sealed class TextLimitTests() : AppTests(TestDatabase.Sqlite)
{
    [Theory]
    [InlineData(1999, true)]
    [InlineData(2000, false)]
    public void Messenger_takes_fewer_than_two_thousand_characters_and_so_does_its_stand_in(int count, bool fits)
    {
        var text = new string('a', count);
        var limit = App.Services.GetRequiredService<ChannelCatalogue>()["messenger"].Capabilities.TextLimit;
        var channel = new Channel { TenantId = 1, Kind = "messenger", Name = "Shop", ExternalId = "1", CreatedAt = DateTime.UnixEpoch };

        var refused = Record.Exception(() => Composition.Text(text, limit)) as RefusedException;

        Assert.Equal(fits ? null : "text_too_long", refused?.Code);
        Assert.Equal(fits, SandboxMessagingContent.Check(channel, JsonSerializer.SerializeToElement(new { text })) is null);
    }
}
