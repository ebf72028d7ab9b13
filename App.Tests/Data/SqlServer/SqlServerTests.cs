using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Data.SqlServer;

public sealed class SqlServerTests
{
    private static readonly DateTime Now = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_query_that_SQL_Server_cannot_express_fails_the_test_that_asks_it()
    {
        await using var store = await TestStore.CreateAsync(TestDatabase.Sqlite);
        await using var db = store.Db(tenant: 1);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => db.Set<Contact>().Where(contact => EF.Functions.Glob(contact.Name!, "a*")).ToListAsync(Cancellation));
        Assert.Contains("does not translate to SQL Server", error.Message, StringComparison.Ordinal);

        Assert.Empty(await db.Set<Contact>().TagWith(TranslationWatch.OnlyHere).Where(contact => EF.Functions.Glob(contact.Name!, "b*")).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Queries_of_the_tests_are_translated_while_they_run()
    {
        var before = TranslationWatch.Translated;
        await using var store = await TestStore.CreateAsync(TestDatabase.Sqlite);
        await using var db = store.Db(tenant: 1);

        Assert.Empty(await db.Set<Contact>().Where(contact => contact.Name == "asked nowhere else").OrderBy(contact => contact.CreatedAt).Take(3).ToListAsync(Cancellation));

        Assert.True(TranslationWatch.Translated > before);
    }

    [Fact]
    public async Task A_lease_is_claimed_by_one_conditional_update()
    {
        var tape = new SqlServerTape();
        await using var db = tape.CreateDbContext();
        await using var write = await db.BeginAsync(Cancellation);

        Assert.True(await db.HoldAsync("inbound", "node 1", Now, TimeSpan.FromSeconds(30), Cancellation));

        var claim = Assert.Single(tape.Statements);
        Assert.StartsWith("UPDATE [w]", claim.Trim(), StringComparison.Ordinal);
        Assert.Matches(@"WHERE \[w\]\.\[Name\] = @\w+ AND \(\[w\]\.\[Owner\] = @\w+ OR \[w\]\.\[Until\] < @\w+\)", claim);
    }

    [Fact]
    public async Task A_page_of_conversations_starts_at_its_key_and_skips_nothing()
    {
        var tape = new SqlServerTape();
        await using var db = tape.CreateDbContext();
        var from = new Cursor(Now, 42);

        await db.Set<Conversation>()
            .Where(row => row.Status == ConversationStatus.Open && (row.LastMessageAt < from.At || (row.LastMessageAt == from.At && row.Id < from.Id)))
            .OrderByDescending(row => row.LastMessageAt).ThenByDescending(row => row.Id).Take(50).ToListAsync(Cancellation);

        var page = Assert.Single(tape.Statements);
        Assert.Matches(@"SELECT TOP\(@\w+\)", page);
        Assert.DoesNotContain("OFFSET", page, StringComparison.Ordinal);
        Assert.Matches(@"\[TenantId\] = @\w+", page);
    }

    [Fact]
    public async Task Ids_come_in_blocks_from_a_sequence_of_the_table()
    {
        var tape = new SqlServerTape();
        await using var db = tape.CreateDbContext();
        for (var i = 0; i < RowIds.BlockSize; i++)
        {
            db.Add(new Contact { TenantId = 1, CreatedAt = Now });
        }

        Assert.Contains("NEXT VALUE FOR [ContactsIds]", Assert.Single(tape.Statements), StringComparison.Ordinal);
    }
}
