using Inbox.Audit;
using Inbox.Channels;
using Inbox.Conversations;
using Inbox.Operations.Seeding;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Operations;

public sealed class SeedTestsOnSqlite() : SeedTests(TestDatabase.Sqlite);

public sealed class SeedTestsOnPostgreSql() : SeedTests(TestDatabase.PostgreSql);

public abstract class SeedTests(TestDatabase database) : AppTests(database)
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(123, 1000)]
    public async Task A_business_is_filled_with_as_much_as_was_asked_for(int conversations, int messages)
    {
        var tenant = await GivenTenantAsync();
        await SeedAsync(tenant, conversations, messages);
        // Again, on top of what is there.
        await SeedAsync(tenant, conversations, messages);

        await App.InBusiness(tenant.Id, async db =>
        {
            Assert.Equal(2 * conversations, await db.Set<Conversation>().CountAsync(Cancellation));
            Assert.Equal(2 * messages, await db.Set<Message>().CountAsync(Cancellation));
            Assert.True((await db.Set<Channel>().SingleAsync(Cancellation)).IsSandbox, "seeded conversations must never reach anybody");
            foreach (var conversation in await db.Set<Conversation>().ToListAsync(Cancellation))
            {
                var own = await db.Set<Message>().Where(message => message.ConversationId == conversation.Id).OrderBy(message => message.Id).ToListAsync(Cancellation);
                Assert.Equal(own[^1].Id, conversation.LastMessageId);
                Assert.Equal(own.Count(message => message.Direction == MessageDirection.Inbound), conversation.InboundCount);
                Assert.True(conversation.LastMessageAt <= App.Clock.GetUtcNow().UtcDateTime);
            }

            var events = await db.Set<DomainEvent>().OrderBy(happened => happened.Sequence).Select(happened => happened.Sequence).ToListAsync(Cancellation);
            Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events);
            return 0;
        });
    }

    private async Task SeedAsync(Tenant tenant, int conversations, int messages)
    {
        await using var scope = App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Seed>().RunAsync(tenant, conversations, messages, Cancellation);
    }

    private Task<Tenant> GivenTenantAsync() => App.InBusiness(0, async db =>
    {
        var tenant = new Tenant { Slug = "acme", Name = "Acme", CreatedAt = App.Clock.GetUtcNow().UtcDateTime };
        db.Add(tenant);
        await db.SaveChangesAsync(Cancellation);
        return tenant;
    });
}
