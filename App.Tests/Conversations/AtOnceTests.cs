using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Tenancy;
using Inbox.Tests.Channels.Outbound;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations;

public sealed class AtOnceTestsOnSqlite() : AtOnceTests(TestDatabase.Sqlite);

public sealed class AtOnceTestsOnPostgreSql() : AtOnceTests(TestDatabase.PostgreSql);

/// <summary>Two people, or two windows of one, do the same thing at the same moment.</summary>
public abstract class AtOnceTests(TestDatabase database) : AppTests(database)
{
    private readonly ScriptedChannel _platform = new();

    private Outgoing Out => new(App);

    protected override TestAppOptions Options(TestAppOptions options) => options with { Services = services => services.AddSingleton<IChannel>(_platform) };

    [Fact]
    public async Task Of_many_who_try_a_failed_message_again_one_does()
    {
        _platform.Answer = (_, _) => Task.FromResult<SendResult>(new SendResult.Refused("refused", "No."));
        var conversation = await Out.GivenConversation(await Out.GivenChannel(), "anna");
        var message = await Out.Write(conversation, "hello");
        await Out.Reaches(message, MessageStatus.Failed);
        // A send that ends before the last of them looks could rightly be tried again.
        var go = new TaskCompletionSource();
        _platform.Answer = async (_, _) =>
        {
            await go.Task;
            return _platform.Sent();
        };

        var done = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            try
            {
                await Out.Retry(conversation, message);
                return true;
            }
            catch (RefusedException)
            {
                return false;
            }
        }, Cancellation)));
        go.SetResult();

        Assert.Single(done, true);
        await Out.Reaches(message, MessageStatus.Sent);
        Assert.Equal(1, await Out.ForMany(db => db.Set<DomainEvent>().IgnoreQueryFilters([Filters.Tenant]).CountAsync(row => row.MessageId == message && row.Type == "message_retried", Cancellation)));
    }

    [Fact]
    public async Task An_automation_that_failed_for_good_stays_to_be_seen_and_holds_nobody_up()
    {
        var conversation = await Out.GivenConversation(await Out.GivenChannel(), "anna");
        await Out.ForMany(async db =>
        {
            db.Add(Wake(conversation, attempts: 5, error: "no such flow"));
            db.Add(Wake(conversation, attempts: 0, error: null));
            return await db.SaveChangesAsync(Cancellation);
        });

        await Eventually.Async(async () => await Out.ForMany(db => db.Set<ContactQueueItem>().IgnoreQueryFilters([Filters.Tenant]).CountAsync(Cancellation)) == 1);

        Assert.Equal("no such flow", await Out.ForMany(db => db.Set<ContactQueueItem>().IgnoreQueryFilters([Filters.Tenant]).Select(wake => wake.Error).SingleAsync(Cancellation)));
    }

    private ContactQueueItem Wake(Conversation conversation, int attempts, string? error) => new()
    {
        TenantId = conversation.TenantId,
        ContactId = conversation.ContactId,
        ConversationId = conversation.Id,
        MessageId = 1,
        DueAt = App.Clock.GetUtcNow().UtcDateTime.AddMinutes(attempts),
        Attempts = attempts,
        Error = error,
    };
}
