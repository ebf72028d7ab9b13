using Inbox.Tests.Channels.Inbound;

namespace Inbox.Tests.Channels.Meta;

public sealed class MetaPayloadPathOnSqlite() : MetaPayloadPathTests(TestDatabase.Sqlite);

public sealed class MetaPayloadPathOnPostgreSql() : MetaPayloadPathTests(TestDatabase.PostgreSql);

/// <summary>All payloads of Messenger and Instagram, signed, through the real address: what is in the inbox afterwards.</summary>
public abstract class MetaPayloadPathTests(TestDatabase database) : AppTests(database)
{
    private const string Folder = "App.Tests/Channels/Meta/Payloads";

    [Theory]
    [InlineData("messenger")]
    [InlineData("instagram")]
    public async Task Every_payload_of_ours_shows_as_what_it_is(string kind)
    {
        var expected = new ExpectedInboxes($"{Folder}/{kind}/expected.txt");
        var files = Directory.EnumerateFiles(Repository.PathOf($"{Folder}/{kind}"), "*.json").Order(StringComparer.Ordinal);

        var inboxes = await Platform(kind).InboxesAfterAsync(files.Select(file => (Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file))));

        var differences = expected.Differences(inboxes);
        Assert.True(differences.Length == 0, differences);
        Assert.Equal(inboxes.Keys.Order(StringComparer.Ordinal), expected.Names.Order(StringComparer.Ordinal));
    }

    [FixtureTheory("messenger")]
    [InlineData("messenger")]
    [InlineData("instagram")]
    public async Task Every_recorded_payload_shows_as_what_it_is(string kind)
    {
        var expected = new ExpectedInboxes($"{Folder}/{kind}/expected-recorded.txt");

        var inboxes = await Platform(kind).InboxesAfterAsync(FixtureTheoryAttribute.Files(kind).Where(file => file[0] != '_').Select(file => (file, File.ReadAllBytes(FixtureTheoryAttribute.PathOf(kind, file)))));

        var differences = expected.Differences(inboxes);
        Assert.True(differences.Length == 0, differences);
        Assert.NotEmpty(inboxes);
    }

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = TestClock.AfterAllPayloads() };

    private PayloadPath Platform(string kind) => new(App, kind, MetaEarlier.Accounts, MetaEarlier.Of);
}
