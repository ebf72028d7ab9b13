using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>Answers the customer who wrote last to a channel, as any agent would.</summary>
internal sealed class TestSends(IDbContextFactory<InboxDb> dbs, Messages messages, Threads threads) : ITestSends
{
    public async Task<TestRecipient?> RecipientAsync(Caller caller, Channel channel, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await (from conversation in db.Set<Conversation>().VisibleTo(caller, ConversationPermissions.Reply)
                      where conversation.ChannelId == channel.Id && conversation.LastInboundAt != null
                      join contact in db.Set<Contact>().IgnoreQueryFilters([Filters.Deleted]) on conversation.ContactId equals contact.Id
                      orderby conversation.LastInboundAt descending
                      select new TestRecipient(conversation.Id, contact.Name)).FirstOrDefaultAsync(cancellation);
    }

    public async Task<long> SendAsync(Caller caller, TestRecipient to, string text, CancellationToken cancellation)
        => (await messages.SendAsync(caller, to.ConversationId, new Writing(text, null), cancellation)).Message.Id;

    public async Task<TestSend?> FindAsync(Caller caller, long messageId, CancellationToken cancellation)
        => await threads.FindAsync(caller, messageId, cancellation) is { } message ? new TestSend(message.ConversationId, Words.Of(message.Status), message.ErrorDetail) : null;
}
