using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Conversations.Notifications;

/// <summary>What somebody may want to be told at once.</summary>
public enum NotificationKind
{
    /// <summary>Somebody else gave me a conversation.</summary>
    AssignedToMe = 0,

    /// <summary>A customer wrote in a conversation of mine.</summary>
    MessageInMine = 1,

    /// <summary>A conversation that nobody has began where I look: in my departments, or anywhere for who sees all.</summary>
    NewConversation = 2,

    /// <summary>What I wrote did not reach the customer.</summary>
    MessageFailed = 3,

    /// <summary>A channel sends nothing more until a person acts; for who may change channels.</summary>
    ChannelStopped = 4,

    /// <summary>A customer of mine or of nobody waits, and free text will soon be too late.</summary>
    WindowClosing = 5,

    /// <summary>The daily check of a channel found something that was well before; for who may change channels.</summary>
    ChannelProblem = 6,

    /// <summary>A channel's sign-in at its platform ends within days; for who may change channels.</summary>
    TokenEnding = 7,

    /// <summary>The platform wants a channel to send less, for its standing is at risk; for who may change channels.</summary>
    ChannelLimited = 8,
}

/// <summary>How a kind is told: a line in the open inbox, and a sound while its window is not in front.</summary>
public sealed record NotificationChoice(bool InApp, bool Sound);

/// <summary>What a person of a business wants to be told. Without a row everything is.</summary>
public sealed class NotificationSettings : ITenantOwned, INumbered
{
    public long Id { get; private set; }

    public required long TenantId { get; init; }

    public required long UserId { get; init; }

    /// <summary>Bits by the number of the kind that are switched off, so that a kind of tomorrow is on.</summary>
    public int SilentInApp { get; private set; }

    /// <inheritdoc cref="SilentInApp"/>
    public int SilentSound { get; private set; }

    /// <summary>Begin of the hours without sound, by the clock of the business; null: there are none.</summary>
    public TimeOnly? QuietFrom { get; private set; }

    /// <summary>Their end; before the begin it is that of the next day.</summary>
    public TimeOnly? QuietUntil { get; private set; }

    public long Version => Fingerprint.Of(SilentInApp, SilentSound, QuietFrom, QuietUntil);

    public NotificationChoice Of(NotificationKind kind) => new((SilentInApp & (1 << (int)kind)) == 0, (SilentSound & (1 << (int)kind)) == 0);

    public void Choose(NotificationKind kind, NotificationChoice choice)
    {
        SilentInApp = Bit(SilentInApp, kind, !choice.InApp);
        SilentSound = Bit(SilentSound, kind, !choice.Sound);
    }

    /// <summary>Both, or neither.</summary>
    public void BeQuiet(TimeOnly? from, TimeOnly? until) => (QuietFrom, QuietUntil) = from == until ? (null, null) : (from, until);

    public bool IsQuietAt(TimeOnly time) => QuietFrom is { } from && QuietUntil is { } until && time.IsBetween(from, until);

    private static int Bit(int bits, NotificationKind kind, bool isSet) => isSet ? bits | (1 << (int)kind) : bits & ~(1 << (int)kind);
}

file sealed class NotificationSettingsMap : IEntityTypeConfiguration<NotificationSettings>
{
    public void Configure(EntityTypeBuilder<NotificationSettings> settings)
    {
        settings.ToTable("NotificationSettings");
        settings.HasIndex(s => new { s.TenantId, s.UserId }).IsUnique();
        settings.HasOne<Tenant>().WithMany().HasForeignKey(s => s.TenantId);
        settings.HasOne<User>().WithMany().HasForeignKey(s => s.UserId);
    }
}
