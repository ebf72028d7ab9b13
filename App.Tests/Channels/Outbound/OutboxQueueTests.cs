using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Data;
using Inbox.Tests.Data.SqlServer;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Channels.Outbound;

public sealed class OutboxQueueTests() : StoreTests(TestDatabase.Sqlite)
{
    [Fact]
    public async Task Looking_for_what_is_due_reads_the_queue_and_no_history()
    {
        await using var db = Store.DbForMany();
        var plan = await QueryPlan.OfAsync(db, OutboxQueue.Due(db, Store.Now, [5, 6], [7, 8]).Take(64), "EXPLAIN QUERY PLAN", column: 3);

        // The scans are over the lists of businesses and channels, which are values of the query.
        Assert.DoesNotContain(plan, step => (step.StartsWith("SCAN", StringComparison.Ordinal) && !step.Contains("VIRTUAL TABLE", StringComparison.Ordinal)) || step.Contains("TEMP B-TREE", StringComparison.Ordinal));
        Assert.Contains(plan, step => step.Contains("IX_OutboxItems_State_DueAt_Id (State=? AND DueAt<?)", StringComparison.Ordinal));
        Assert.Contains(plan, step => step.Contains("IX_OutboxItems_Order", StringComparison.Ordinal));
        Assert.Contains(plan, step => step.Contains("IX_OutboxItems_OneSending", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_conversation_the_one_written_first_goes_first_whatever_its_id()
    {
        var tenant = await Store.GivenTenant("acme");
        var channel = await Store.GivenWhatsApp(tenant.Id, "1");
        await using var db = Store.DbForMany();
        // A node with an earlier block of ids wrote later.
        db.AddRange(QueuedItem.Of(channel, 5, "later", Store.Now), QueuedItem.Of(channel, 5, "first", Store.Now.AddSeconds(-1)));
        await db.SaveChangesAsync(Cancellation);

        Assert.Equal([("first", true), ("later", false)], (await OutboxQueue.Due(db, Store.Now, [], []).ToListAsync(Cancellation)).Select(row => (row.Item.To, row.IsNext)));
    }

    [Fact]
    public async Task It_translates_to_sql_server()
    {
        var tape = new SqlServerTape();
        await using var db = tape.CreateDbContext();
        await OutboxQueue.Due(db, Store.Now, [5], [7]).Take(64).ToListAsync(Cancellation);
        Assert.Contains(tape.Statements, sql => sql.Contains("TOP(1)", StringComparison.Ordinal) && sql.Contains("[DueAt]", StringComparison.Ordinal));
    }
}

public sealed class OutboxQueueOnPostgreSqlTests() : StoreTests(TestDatabase.PostgreSql)
{
    [Fact]
    public async Task A_page_of_a_long_queue_is_read_in_the_order_of_its_index_and_not_sorted()
    {
        var tenant = await Store.GivenTenant("acme");
        var channel = await Store.GivenWhatsApp(tenant.Id, "1");
        await using var db = Store.DbForMany();
        db.AddRange(Enumerable.Range(0, 5000).Select(number => QueuedItem.Of(channel, number, "customer", Store.Now)));
        await db.SaveChangesAsync(Cancellation);
        await db.Database.ExecuteSqlRawAsync("ANALYZE", Cancellation);

        var plan = await QueryPlan.OfAsync(db, OutboxQueue.Due(db, Store.Now, [], []).Take(128), "EXPLAIN", column: 0);

        Assert.Contains(plan, step => step.Contains("IX_OutboxItems_State_DueAt_Id", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("Sort", StringComparison.Ordinal));
    }
}

file static class QueuedItem
{
    public static OutboxItem Of(Channel channel, long conversation, string to, DateTime at) => new()
    {
        TenantId = channel.TenantId,
        ChannelId = channel.Id,
        ConversationId = conversation,
        MessageId = 1,
        ToKind = "test",
        To = to,
        Text = "hello",
        CreatedAt = at,
        DueAt = at,
    };
}

file static class QueryPlan
{
    /// <param name="column">Of the answer, that holds a step.</param>
    public static async Task<IReadOnlyList<string>> OfAsync<T>(InboxDb db, IQueryable<T> query, string explain, int column)
    {
        await using var command = query.CreateDbCommand();
        command.CommandText = $"{explain} {command.CommandText}";
        await db.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        List<string> steps = [];
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            steps.Add(reader.GetString(column));
        }

        return steps;
    }
}
