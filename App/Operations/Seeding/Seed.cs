using Inbox.Channels;
using Inbox.Channels.Sandbox;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Operations.Seeding;

/// <summary>
/// Fills a business with made-up conversations, past the change tracker. They hang on a sandbox number, so that nothing
/// can ever leave. The same numbers give the same conversations.
/// </summary>
public sealed class Seed(IDbContextFactory<InboxDb> dbs, CurrentTenant current, SandboxChannels sandbox, TimeProvider clock)
{
    private const string ChannelName = "Seeded conversations";
    private const int MessagesAtOnce = 4000;

    private static readonly TimeSpan Span = TimeSpan.FromDays(90);

    public async Task RunAsync(Tenant tenant, int conversations, int messages, CancellationToken cancellation)
    {
        current.Use(tenant.Id);
        var channel = await ChannelAsync(tenant.Id, cancellation);
        var now = clock.GetUtcNow().UtcDateTime;
        var share = new Shares(conversations, messages);
        for (var first = 0; first < conversations;)
        {
            await using var db = await dbs.CreateDbContextAsync(cancellation);
            var stories = new Stories(db, channel);
            while (first < conversations && stories.Messages.Count < MessagesAtOnce)
            {
                // Oldest first, so that ids grow with time as they do in life.
                var last = now - (Span * (1 - ((first + 1.0) / conversations)));
                stories.Add(first, share.Of(first), last);
                first++;
            }

            await stories.WriteAsync(cancellation);
        }
    }

    private async Task<Channel> ChannelAsync(long tenantId, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Channel>().FirstOrDefaultAsync(channel => channel.Name == ChannelName && channel.IsSandbox, cancellation)
            ?? await sandbox.AddAsync(db, tenantId, ChannelName, cancellation);
    }

    /// <summary>Every tenth conversation is ten times as long as the others, as in life.</summary>
    private readonly record struct Shares(int Conversations, int Messages)
    {
        /// <returns>At least one.</returns>
        public int Of(int conversation) => 1 + (int)(Before(conversation + 1) - Before(conversation));

        private long Before(int conversation) => (Messages - Conversations) * Weight(conversation) / Weight(Conversations);

        private static long Weight(int conversation) => conversation + (9L * ((conversation + 9) / 10));
    }
}
