using Inbox.Audit;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations;

public abstract class MessagesTests(TestDatabase database) : AppTests(database)
{
    [Fact]
    public async Task A_key_stands_for_one_message_and_nothing_else()
    {
        var conversation = await GivenConversation();
        var first = await Write(conversation, messages => messages.NoteAsync(Caller.System(1), conversation.Id, new Writing("Call back", "key-1"), Cancellation));
        var again = await Write(conversation, messages => messages.NoteAsync(Caller.System(1), conversation.Id, new Writing("Call back", "key-1"), Cancellation));

        Assert.Equal((first.Message.Id, false), (again.Message.Id, again.Created));
        await IsReused(messages => messages.NoteAsync(Caller.System(1), conversation.Id, new Writing("Call later", "key-1"), Cancellation));
        await IsReused(messages => messages.SendAsync(Caller.System(1), conversation.Id, new Writing("Call back", "key-1"), Cancellation));

        async Task IsReused(Func<Messages, Task<Written>> write)
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(() => Write(conversation, write));
            Assert.Equal(("idempotency_key_reused", 422), (refused.Code, refused.Status));
        }
    }

    [Fact]
    public async Task The_same_key_many_times_at_once_is_one_message()
    {
        var conversation = await GivenConversation();

        var written = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Write(
            conversation, messages => messages.NoteAsync(Caller.System(1), conversation.Id, new Writing("Call back", "key-1"), Cancellation)))));

        Assert.Single(written, one => one.Created);
        Assert.Single(written.Select(one => one.Message.Id).Distinct());
    }

    [Fact]
    public async Task A_change_waits_for_an_arrival_and_sees_what_it_left()
    {
        var conversation = await GivenConversation();
        Task closing = null!;
        await App.InBusiness(1, async db =>
        {
            await using var write = await db.BeginAsync(Cancellation);
            await EventNumbers.TakeTurnsAsync(db, [1], Cancellation);
            closing = Task.Run(() => In(scope => scope.GetRequiredService<ConversationStates>().CloseAsync(Caller.System(1), conversation.Id, Cancellation)), Cancellation);
            await Eventually.Async(SomebodyWaitsToWrite, what: "the close to wait its turn");
            // An arrival that closed it meanwhile: the waiting close has nothing to do, and tells nobody.
            await db.Set<Conversation>().ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, ConversationStatus.Closed).SetProperty(row => row.ClosedAt, App.Clock.GetUtcNow().UtcDateTime), Cancellation);
            await write.CommitAsync(Cancellation);
            return 0;
        });

        await closing;

        Assert.Empty(await App.InBusiness(1, db => db.Set<DomainEvent>().Where(happened => happened.Type == "conversation_closed").ToListAsync(Cancellation)));
    }

    private async Task<bool> SomebodyWaitsToWrite()
        => App.Options.Database == TestDatabase.Sqlite
            ? App.Services.GetRequiredService<InboxDbSource>().Writers.Waiting > 0
            : await App.InBusiness(1, db => db.Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").SingleAsync(Cancellation)) > 0;

    private async Task<Conversation> GivenConversation()
    {
        var number = await App.GivenWhatsApp();
        await number.DeliverText("15550100142", "Hello");
        await App.InboundIsIdle();
        return Assert.Single(await App.Conversations()).Conversation;
    }

    private Task<Written> Write(Conversation conversation, Func<Messages, Task<Written>> write)
    {
        Assert.Equal(1, conversation.TenantId);
        return In(scope => write(scope.GetRequiredService<Messages>()));
    }

    private async Task<T> In<T>(Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(1);
        return await work(scope.ServiceProvider);
    }

    private Task<int> In(Func<IServiceProvider, Task> work) => In(async scope =>
    {
        await work(scope);
        return 0;
    });
}

public sealed class MessagesSqliteTests() : MessagesTests(TestDatabase.Sqlite);

public sealed class MessagesPostgreSqlTests() : MessagesTests(TestDatabase.PostgreSql);
