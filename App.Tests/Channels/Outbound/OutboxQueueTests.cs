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
        await using var command = OutboxQueue.Due(db, Store.Now, [7, 8]).Take(64).CreateDbCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {command.CommandText}";
        await db.Database.OpenConnectionAsync(Cancellation);
        List<string> plan = [];
        await using (var reader = await command.ExecuteReaderAsync(Cancellation))
        {
            while (await reader.ReadAsync(Cancellation))
            {
                plan.Add(reader.GetString(3));
            }
        }

        // The one scan is over the list of closed channels, which is a value of the query.
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
        foreach (var (to, at) in new[] { ("later", Store.Now), ("first", Store.Now.AddSeconds(-1)) })
        {
            db.Add(new OutboxItem
            {
                TenantId = tenant.Id,
                ChannelId = channel.Id,
                ConversationId = 5,
                MessageId = 1,
                ToKind = "test",
                To = to,
                Text = "hello",
                CreatedAt = at,
                DueAt = at,
            });
        }

        await db.SaveChangesAsync(Cancellation);

        Assert.Equal([("first", true), ("later", false)], (await OutboxQueue.Due(db, Store.Now, []).ToListAsync(Cancellation)).Select(row => (row.Item.To, row.IsNext)));
    }

    [Fact]
    public async Task It_translates_to_sql_server()
    {
        var tape = new SqlServerTape();
        await using var db = tape.CreateDbContext();
        await OutboxQueue.Due(db, Store.Now, [7]).Take(64).ToListAsync(Cancellation);
        Assert.Contains(tape.Statements, sql => sql.Contains("TOP(1)", StringComparison.Ordinal) && sql.Contains("[DueAt]", StringComparison.Ordinal));
    }
}
