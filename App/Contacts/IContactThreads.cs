using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Contacts;

/// <summary>
/// What contacts need of conversations and their tags. Declared here, implemented where conversations are. All of it works
/// in the context, and so in the transaction, of the caller.
/// </summary>
public interface IContactThreads
{
    /// <summary>The ids of contacts with a conversation that the permission reaches, for a part of a query.</summary>
    IQueryable<long> ReachedBy(InboxDb db, Caller caller, string permission);

    /// <summary>What each contact does in conversations that the caller may see; those without any are left out.</summary>
    Task<IReadOnlyDictionary<long, ContactActivity>> ActivityAsync(InboxDb db, Caller caller, IReadOnlyCollection<long> contactIds, CancellationToken cancellation);

    /// <summary>The tags of the business.</summary>
    Task<IReadOnlyList<TagWord>> TagsAsync(InboxDb db, CancellationToken cancellation);

    /// <summary>
    /// Gives the conversations of one contact to another, before its addresses follow. Where both have an open one on a channel,
    /// the one with the older news is closed.
    /// </summary>
    Task<MovedThreads> MoveAsync(InboxDb db, Caller caller, long fromId, long intoId, DateTime now, CancellationToken cancellation);

    /// <summary>
    /// Takes a move back: also of what those addresses began meanwhile, before they go back themselves. What it closed is open
    /// again, unless something else is open there.
    /// </summary>
    /// <param name="addresses">Ids of the identities that go back.</param>
    /// <returns>The topics that changed, to be published after the commit.</returns>
    Task<IReadOnlyList<string>> MoveBackAsync(
        InboxDb db, Caller caller, MovedThreads moved, long intoId, long fromId, IReadOnlyCollection<long> addresses, DateTime now, CancellationToken cancellation);

    /// <summary>Of the messages those that came from one of the addresses.</summary>
    Task<IReadOnlyList<long>> WrittenFromAsync(InboxDb db, IReadOnlyCollection<long> messageIds, IReadOnlyCollection<long> addresses, CancellationToken cancellation);

    /// <summary>Puts what is open of contacts into spam and takes back what is queued, or takes it out of spam.</summary>
    /// <returns>The topics that changed.</returns>
    Task<IReadOnlyList<string>> ScreenAsync(InboxDb db, Caller caller, IReadOnlyCollection<long> contactIds, bool isBlocked, DateTime now, CancellationToken cancellation);

    /// <summary>Takes back what is queued to contacts who want nothing more, or no advertising.</summary>
    Task OptOutAsync(InboxDb db, IReadOnlyCollection<long> contactIds, bool ofMarketing, DateTime now, CancellationToken cancellation);

    /// <summary>The topics of a contact's newest conversations, whose lines show its name.</summary>
    Task<IReadOnlyList<string>> TopicsAsync(InboxDb db, long contactId, CancellationToken cancellation);
}

/// <param name="Open">Conversations that are not closed.</param>
/// <param name="LastSeenAt">When the contact wrote last; null for one who never did.</param>
/// <param name="ConversationId">The newest one.</param>
public sealed record ContactActivity(int Open, DateTime? LastSeenAt, long ConversationId);

/// <summary>A tag as contacts need it.</summary>
public sealed record TagWord(long Id, string Name, string Colour, bool IsArchived);

/// <param name="Ids">Of the conversations that moved.</param>
/// <param name="ClosedIds">Of those that the move closed, of either contact.</param>
/// <param name="ClosedAt">When it closed them; what is closed at another time was closed by somebody.</param>
/// <param name="Topics">What changed, to be published after the commit.</param>
public sealed record MovedThreads(IReadOnlyList<long> Ids, IReadOnlyList<long> ClosedIds, DateTime ClosedAt, IReadOnlyList<string> Topics);
