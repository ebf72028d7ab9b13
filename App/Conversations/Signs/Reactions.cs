using System.Globalization;
using System.Text;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Signs;

/// <summary>Wakes the worker that hands our reactions to the platforms.</summary>
public sealed class ReactionSignal : WorkSignal;

/// <summary>How we feel about customers' messages.</summary>
public sealed class Reactions(IDbContextFactory<InboxDb> dbs, ChannelCatalogue kinds, ReactionSignal signal, LiveFeed feed, TimeProvider clock)
{
    /// <summary>What the screens offer where a channel takes any.</summary>
    public static readonly IReadOnlyList<string> Usual = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

    /// <summary>Puts our reaction in the place of the one before; the platform is told in the background.</summary>
    /// <param name="emoji">Null takes it back.</param>
    /// <exception cref="ForbiddenException">The caller may not answer customers here.</exception>
    /// <exception cref="RefusedException">message_not_found, message_not_reactable, unsupported_by_channel, channel_inactive, window_closed, invalid_value, contact_blocked, contact_opted_out.</exception>
    public async Task SetAsync(Caller caller, long messageId, string? emoji, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Reply);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await EventNumbers.TakeTurnsAsync(db, [caller.TenantId], cancellation);
        var message = await Threads.Visible(db, caller).SingleOrDefaultAsync(row => row.Id == messageId, cancellation) ?? throw RefusedException.NotFound("message");
        var conversation = await db.ConversationForAsync(caller, message.ConversationId, [ConversationPermissions.Reply], cancellation);
        var channel = await db.Set<Channel>().IgnoreQueryFilters([Filters.Deleted]).SingleAsync(row => row.Id == message.ChannelId, cancellation);
        var now = clock.GetUtcNow().UtcDateTime;
        Check(message, conversation, channel, emoji, now);
        if (emoji is not null)
        {
            await Reachability.CheckAsync(db, caller, "reaction", null, conversation, cancellation);
        }

        var reaction = await db.Set<Reaction>().SingleOrDefaultAsync(
            row => row.Target == message.ExternalId && row.ChannelId == channel.Id && row.Sender == Reaction.Us, cancellation);
        if (reaction?.Emoji == emoji && reaction?.Error is null)
        {
            return;
        }

        reaction ??= db.Add(new Reaction { TenantId = message.TenantId, ChannelId = channel.Id, Target = message.ExternalId!, Sender = Reaction.Us, At = now }).Entity;
        reaction.Give(emoji, now);
        db.Add(new DomainEvent
        {
            TenantId = message.TenantId,
            Type = emoji is null ? "reaction_removed" : "reaction_added",
            At = now,
            ConversationId = conversation.Id,
            ContactId = conversation.ContactId,
            MessageId = message.Id,
            UserId = caller.UserId,
            Data = DomainEvent.Json(new { emoji, by = "us" }),
        });
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        signal.Raise();
        feed.Publish(conversation);
    }

    private void Check(Message message, Conversation conversation, Channel channel, string? emoji, DateTime now)
    {
        var capabilities = kinds[channel.Kind].Capabilities;
        if (capabilities.Reactions is not { } taken)
        {
            throw new RefusedException("unsupported_by_channel", "This channel takes no reactions.", field: "emoji");
        }

        if (message is not { Direction: MessageDirection.Inbound, ExternalId: not null, RevokedAt: null })
        {
            throw new RefusedException("message_not_reactable", "Only a message that the customer wrote, and has not taken back, can be reacted to.", StatusCodes.Status409Conflict);
        }

        if (emoji is not null && (!IsEmoji(emoji) || (taken.Count > 0 && !taken.Contains(emoji))))
        {
            throw new RefusedException("invalid_value", taken.Count > 0 ? $"This channel takes {string.Join(" ", taken)}." : "emoji is one emoji.", field: "emoji");
        }

        Messages.CheckActive(channel);
        Composition.RequireOpenWindow(conversation, capabilities, now);
    }

    /// <summary>One sign of what people see as one, and neither letters nor spaces.</summary>
    private static bool IsEmoji(string text)
        => text.Length is > 0 and <= Reaction.LongestEmoji
            && StringInfo.GetNextTextElementLength(text) == text.Length
            && text.EnumerateRunes().Any(rune => rune.Value >= 0xA9 && Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol or UnicodeCategory.MathSymbol or UnicodeCategory.EnclosingMark or UnicodeCategory.OtherPunctuation)
            && !text.EnumerateRunes().Any(rune => Rune.IsLetter(rune) || Rune.IsWhiteSpace(rune) || Rune.IsControl(rune) || rune == Rune.ReplacementChar);
}
