using System.Text.Json;
using Inbox.Access;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>Something that happened to a conversation, as the thread tells it.</summary>
/// <param name="Who">The colleague who did it; null for programs.</param>
/// <param name="Assignee">Who had it then.</param>
/// <param name="Department">Where it was then.</param>
public sealed record ThreadEvent(
    long Id, string Type, DateTime At, long? UserId, string? Who, long? AssigneeId, string? Assignee, string? Department = null, string? Reason = null);

/// <summary>An address of a contact.</summary>
/// <param name="Reason">Why it is the contact's: one of <see cref="IdentityReasons"/>.</param>
public sealed record IdentityRow(string ChannelKind, string ChannelName, string Kind, string Address, string? Reason)
{
    private const int LongestShown = 28; // a visitor's id says nothing to a person

    /// <summary>An address as people expect it: WhatsApp writes numbers without plus.</summary>
    /// <param name="channelKind">Where ids of accounts have digits too; null: of no channel.</param>
    public static string Shown(string address, string? channelKind)
        => (channelKind is not ("messenger" or "instagram") && address.Length is >= 7 and <= 15 && address.All(char.IsAsciiDigit)) || (address is [>= '0' and <= '9', ..] && address.Contains('•', StringComparison.Ordinal)) ? $"+{address}"
            : address.Length > LongestShown ? $"{address[..8]}…"
            : address;
}

/// <summary>What stands beside the messages: what happened to the conversation, and where its contact can be reached.</summary>
public sealed class ConversationFacts(IDbContextFactory<InboxDb> dbs)
{
    private const int MostEvents = 100;

    private static readonly string[] Told = ["conversation_assigned", "conversation_unassigned", "conversation_closed", "conversation_reopened", "conversation_moved"];

    /// <returns>Oldest first, not before <paramref name="since"/>.</returns>
    public async Task<IReadOnlyList<ThreadEvent>> EventsAsync(Caller caller, long conversationId, DateTime since, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var visible = db.Set<Conversation>().VisibleTo(caller);
        var events = await (from happened in db.Set<DomainEvent>()
                            join user in db.Set<User>() on happened.UserId equals user.Id into users
                            from user in users.DefaultIfEmpty()
                            where happened.ConversationId == conversationId && visible.Any(c => c.Id == happened.ConversationId) && happened.At >= since && Told.Contains(happened.Type)
                            orderby happened.Sequence descending
                            select new { happened.Id, happened.Type, happened.At, happened.UserId, Who = user!.Name, happened.Data })
            .Take(MostEvents).ToListAsync(cancellation);
        var facts = events.ToDictionary(happened => happened.Id, happened => FactsOf(happened.Data));
        var ids = facts.Values.Select(fact => fact.AssigneeId).OfType<long>().Distinct().ToList();
        var places = facts.Values.Select(fact => fact.DepartmentId).OfType<long>().Distinct().ToList();
        var departments = places.Count == 0 ? [] : await db.Set<Department>().IgnoreQueryFilters([Filters.Deleted]).Where(department => places.Contains(department.Id))
            .ToDictionaryAsync(department => department.Id, department => department.Name, cancellation);
        var names = ids.Count == 0 ? [] : await db.Set<User>().Where(user => ids.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Name, cancellation);
        return [.. events.OrderBy(happened => happened.At).ThenBy(happened => happened.Id).Select(happened => new ThreadEvent(
            happened.Id, happened.Type, happened.At, happened.UserId, happened.Who, facts[happened.Id].AssigneeId,
            facts[happened.Id].AssigneeId is { } assignee ? names.GetValueOrDefault(assignee) : null,
            facts[happened.Id].DepartmentId is { } department ? departments.GetValueOrDefault(department) : null,
            facts[happened.Id].Reason))];
    }

    public async Task<IReadOnlyList<IdentityRow>> IdentitiesAsync(Caller caller, long contactId, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var visible = db.Set<Conversation>().VisibleTo(caller);
        var rows = await (from identity in db.Set<ContactIdentity>()
                          join channel in db.Set<Channel>().IgnoreQueryFilters([Filters.Deleted]) on identity.ChannelId equals channel.Id
                          where identity.ContactId == contactId && visible.Any(c => c.ContactId == contactId)
                          orderby identity.Id
                          select new IdentityRow(channel.Kind, channel.Name, identity.Kind, identity.Address, identity.Reason))
            .Take(20).ToListAsync(cancellation);
        return caller.SeesAddresses() ? rows : rows.ConvertAll(row => row with { Address = AddressMask.Address(row.Kind, row.Address) });
    }

    private static (long? AssigneeId, long? DepartmentId, string? Reason) FactsOf(string data)
    {
        using var json = JsonDocument.Parse(data);
        return (Id("assignee_id"), Id("department_id"), json.RootElement.TryGetProperty("reason", out var reason) ? reason.GetString() : null);

        long? Id(string name) => json.RootElement.TryGetProperty(name, out var id) && id.ValueKind == JsonValueKind.Number ? id.GetInt64() : null;
    }
}
