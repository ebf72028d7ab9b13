using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>The messages that a batch speaks of by the platform's ids, with their conversations.</summary>
internal sealed class ArrivingTargets(Dictionary<(long ChannelId, string ExternalId), Message> messages, Dictionary<long, Conversation> conversations)
{
    public IReadOnlyCollection<Message> Messages => messages.Values;

    public static async Task<ArrivingTargets> ReadAsync(ArrivalBatch batch, string[] keys, CancellationToken cancellation)
    {
        var messages = await batch.Db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).Where(message => keys.Contains(message.ExternalId)).ToListAsync(cancellation);
        var ids = messages.Select(message => message.ConversationId).Distinct().ToArray();
        var conversations = ids.Length == 0 ? [] : await batch.Db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant])
            .Where(conversation => ids.Contains(conversation.Id)).ToDictionaryAsync(conversation => conversation.Id, cancellation);
        return new ArrivingTargets(messages.ToDictionary(message => (message.ChannelId, message.ExternalId!)), conversations);
    }

    public (Message Message, Conversation Conversation)? Find(long channelId, string key)
        => messages.TryGetValue((channelId, key), out var message) ? (message, conversations[message.ConversationId]) : null;
}
