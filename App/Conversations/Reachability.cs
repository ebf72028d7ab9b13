using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>
/// Whether a person may be written to: nobody who is blocked, and those who opted out only by a colleague who answers what
/// they wrote since, and those who stopped advertising with all but that (docs/decisions/026).
/// </summary>
internal static class Reachability
{
    public const string BlockedCode = "contact_blocked";
    public const string Blocked = "This contact is blocked. Unblock it to write.";
    public const string OptedOutCode = "contact_opted_out";
    public const string OptedOut = "This contact wants no more messages. A colleague may answer, without a template, as soon as the contact writes again.";

    public const string MarketingStoppedCode = "contact_stopped_marketing";
    public const string MarketingStopped = "This contact stopped advertising in the settings of their app. Answers and templates of another category may be sent.";

    /// <summary>As the other, for a conversation whose contact was not read yet; one that is made at this moment may be written to.</summary>
    /// <inheritdoc cref="Check"/>
    public static async Task CheckAsync(InboxDb db, Caller caller, string type, string? category, Conversation conversation, CancellationToken cancellation)
    {
        var contact = await db.Set<Contact>().IgnoreQueryFilters([Filters.Deleted]).Where(row => row.Id == conversation.ContactId)
            .Select(row => new Reach(row.BlockedAt, row.OptedOutAt, row.MarketingStoppedAt)).SingleOrDefaultAsync(cancellation);
        Check(caller, contact, type, category, conversation);
    }

    /// <param name="type">The API's word for the kind of message.</param>
    /// <param name="category">Of a template, where it is known.</param>
    /// <exception cref="RefusedException">contact_blocked, contact_opted_out, contact_stopped_marketing.</exception>
    public static void Check(Caller caller, Reach contact, string type, string? category, Conversation conversation)
    {
        if (CodeFor(contact, caller.Kind == CallerKind.User && type != "template", category, conversation.LastInboundAt) is { } code)
        {
            throw new RefusedException(code, Says(code), StatusCodes.Status409Conflict);
        }
    }

    /// <summary>Why a colleague may not answer in a conversation; null where they may.</summary>
    public static string? CodeFor(ConversationRow row) => CodeFor(new Reach(row.ContactBlockedAt, row.ContactOptedOutAt), isAnswer: true, category: null, row.LastInboundAt);

    /// <param name="contact">Whom it would go to.</param>
    /// <param name="isAnswer">A colleague wrote it, and it is no template.</param>
    /// <param name="category">Of a template, where it is known.</param>
    /// <param name="lastInboundAt">When the contact wrote last.</param>
    /// <returns>Null where it may go out.</returns>
    public static string? CodeFor(Reach contact, bool isAnswer, string? category, DateTime? lastInboundAt)
        => contact.BlockedAt is not null ? BlockedCode
            : contact.OptedOutAt is not null && !(isAnswer && lastInboundAt > contact.OptedOutAt) ? OptedOutCode
            : contact.MarketingStoppedAt is not null && category == TemplateUse.Marketing ? MarketingStoppedCode
            : null;

    /// <summary>Why what is to be tried again may not: beside the rest, an opt-out since it was written counts whoever wrote it.</summary>
    /// <inheritdoc cref="CodeFor(Reach, bool, string?, DateTime?)"/>
    public static string? CodeForRetry(Reach contact, Message message, DateTime? lastInboundAt)
        => message.CreatedAt < contact.OptedOutAt && contact.BlockedAt is null ? OptedOutCode
            : CodeFor(contact, message.SenderKind == SenderKind.User && message.Type != "template", message.TemplateCategory, lastInboundAt);

    /// <summary>The sentence of a code.</summary>
    public static string Says(string code) => code switch
    {
        BlockedCode => Blocked,
        OptedOutCode => OptedOut,
        _ => MarketingStopped,
    };
}

/// <summary>What a contact says of being written to; see <see cref="Contact"/>.</summary>
internal readonly record struct Reach(DateTime? BlockedAt, DateTime? OptedOutAt, DateTime? MarketingStoppedAt = null);
