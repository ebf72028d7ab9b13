using Inbox.Tests.Channels.Inbound;

namespace Inbox.Tests.Channels.WhatsApp;

public sealed class WhatsAppPayloadPathOnSqlite() : WhatsAppPayloadPathTests(TestDatabase.Sqlite);

public sealed class WhatsAppPayloadPathOnPostgreSql() : WhatsAppPayloadPathTests(TestDatabase.PostgreSql);

/// <summary>All payloads of WhatsApp, signed, through the real address: what is in the inbox afterwards.</summary>
public abstract class WhatsAppPayloadPathTests(TestDatabase database) : AppTests(database)
{
    [Fact]
    public async Task Every_payload_of_ours_shows_as_what_it_is()
    {
        var expected = new ExpectedInboxes("App.Tests/Channels/WhatsApp/Payloads/expected.txt");

        var inboxes = await Platform().InboxesAfterAsync(Payloads.All.Select(name => (name, Payloads.Read(name))));

        var differences = expected.Differences(inboxes);
        Assert.True(differences.Length == 0, differences);
        Assert.Equal(inboxes.Keys, expected.Names.Order(StringComparer.Ordinal));
    }

    [FixtureTheory("whatsapp")]
    [InlineData("whatsapp")]
    public async Task Every_recorded_payload_shows_as_what_it_is(string kind)
    {
        var expected = new ExpectedInboxes("App.Tests/Channels/WhatsApp/Payloads/expected-recorded.txt");

        var inboxes = await Platform().InboxesAfterAsync(FixtureTheoryAttribute.Files(kind).Where(file => file[0] != '_').Select(file => (file, File.ReadAllBytes(FixtureTheoryAttribute.PathOf(kind, file)))));

        var differences = expected.Differences(inboxes);
        Assert.True(differences.Length == 0, differences);
        Assert.NotEmpty(inboxes);
    }

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = TestClock.AfterAllPayloads() };

    private PayloadPath Platform() => new(App, "whatsapp", WhatsAppEarlier.Accounts, WhatsAppEarlier.Of);
}
