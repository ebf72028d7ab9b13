using Inbox.Contacts;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>
/// Whether a person may be written to: nobody who is blocked, and those who opted out only by a colleague who answers what
/// they wrote since (docs/decisions/026).
/// </summary>
internal static class Reachability
{
    public const string BlockedCode = "contact_blocked";
    public const string Blocked = "This contact is blocked. Unblock it to write.";
    public const string OptedOutCode = "contact_opted_out";
    public const string OptedOut = "This contact wants no more messages. A colleague may answer, without a template, as soon as the contact writes again.";

    /// <summary>As the other, for a conversation whose contact was not read yet; one that is made at this moment may be written to.</summary>
    /// <inheritdoc cref="Check"/>
    public static async Task CheckAsync(InboxDb db, Caller caller, string type, Conversation conversation, CancellationToken cancellation)
    {
        var contact = await db.Set<Contact>().IgnoreQueryFilters([Filters.Deleted]).Where(row => row.Id == conversation.ContactId)
            .Select(row => new { row.BlockedAt, row.OptedOutAt }).SingleOrDefaultAsync(cancellation);
        Check(caller, contact?.BlockedAt, contact?.OptedOutAt, type, conversation);
    }

    /// <param name="type">The API's word for the kind of message.</param>
    /// <exception cref="RefusedException">contact_blocked, contact_opted_out.</exception>
    public static void Check(Caller caller, DateTime? blockedAt, DateTime? optedOutAt, string type, Conversation conversation)
    {
        if (CodeFor(caller.Kind == CallerKind.User && type != "template", blockedAt, optedOutAt, conversation.LastInboundAt) is { } code)
        {
            throw new RefusedException(code, Says(code), StatusCodes.Status409Conflict);
        }
    }

    /// <summary>Why a colleague may not answer in a conversation; null where they may.</summary>
    public static string? CodeFor(ConversationRow row) => CodeFor(isAnswer: true, row.ContactBlockedAt, row.ContactOptedOutAt, row.LastInboundAt);

    /// <param name="isAnswer">A colleague wrote it, and it is no template.</param>
    /// <returns>Null where it may go out.</returns>
    public static string? CodeFor(bool isAnswer, DateTime? blockedAt, DateTime? optedOutAt, DateTime? lastInboundAt)
        => blockedAt is not null ? BlockedCode
            : optedOutAt is not null && !(isAnswer && lastInboundAt > optedOutAt) ? OptedOutCode
            : null;

    /// <summary>The sentence of a code.</summary>
    public static string Says(string code) => code == BlockedCode ? Blocked : OptedOut;
}
