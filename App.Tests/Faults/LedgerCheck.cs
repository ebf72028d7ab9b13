using Inbox.Audit;
using Inbox.Channels.Inbound;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Faults;

/// <summary>Compares what was acknowledged with what is in the conversations.</summary>
public sealed record LedgerCheck(int Acknowledged, int Stored, int Lost, int Doubled, int Misplaced, int Stuck, int Gaps)
{
    public bool IsClean => this is { Lost: 0, Doubled: 0, Misplaced: 0, Stuck: 0, Gaps: 0 };

    public override string ToString()
        => $"acknowledged={Acknowledged} stored={Stored} lost={Lost} doubled={Doubled} misplaced={Misplaced} stuck={Stuck} gaps={Gaps}";

    public static async Task<LedgerCheck> RunAsync(TestStore store, IReadOnlyDictionary<string, SentMessage> sent)
    {
        await using var db = store.DbForMany();
        var messages = await (
            from message in db.Set<Message>().IgnoreQueryFilters([Filters.Tenant])
            join conversation in db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]) on message.ConversationId equals conversation.Id
            join contact in db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant]) on conversation.ContactId equals contact.Id
            select new { message.ExternalId, message.Text, message.TenantId, message.ChannelId, contact.Phone, contact.Id }).ToListAsync();
        var stored = messages.ToLookup(message => message.ExternalId!);
        var conversations = await db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Select(row => new { row.ChannelId, row.ContactId }).ToListAsync();
        var contacts = await db.Set<Contact>().IgnoreQueryFilters([Filters.Tenant]).Select(row => new { row.TenantId, row.Phone }).ToListAsync();
        var received = await db.Set<DomainEvent>().IgnoreQueryFilters([Filters.Tenant]).Where(happened => happened.Type == "message_received").Select(happened => happened.MessageId).ToListAsync();
        var numbers = (await db.Set<DomainEvent>().IgnoreQueryFilters([Filters.Tenant]).Select(happened => new { happened.TenantId, happened.Sequence }).ToListAsync()).ToLookup(row => row.TenantId, row => row.Sequence);

        return new LedgerCheck(
            sent.Count,
            messages.Count,
            sent.Keys.Count(id => !stored.Contains(id)),
            stored.Sum(copies => copies.Count() - 1)
                + (conversations.Count - conversations.Distinct().Count())
                + (contacts.Count - contacts.Distinct().Count())
                + Math.Abs(received.Distinct().Count() - messages.Count) + (received.Count - received.Distinct().Count()),
            sent.Values.Count(message => stored[message.Id].Any(row =>
                row.Text != message.Text || row.Phone != message.From || row.ChannelId != message.Number.ChannelId || row.TenantId != message.Number.Tenant)),
            await db.Set<InboundDelivery>().CountAsync(delivery => delivery.State != DeliveryState.Processed),
            numbers.Sum(tenant => tenant.Order().Select((number, index) => number == index + 1 ? 0 : 1).Sum()));
    }
}
