using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Tenancy;

/// <summary>
/// One accountable act: a change of settings, rights or a conversation's state, or a reading of an export or a secret.
/// Written by <see cref="AuditTrail"/> in the transaction of the act and never changed: the rows of a business are a chain
/// of keyed hashes. Business 0 is the installation itself.
/// </summary>
public sealed class AuditEvent : ITenantOwned
{
    public required long TenantId { get; init; }

    /// <summary>Counts per business from 1 without gaps.</summary>
    public long Sequence { get; internal set; }

    /// <summary>To the millisecond.</summary>
    public DateTime At { get; internal set; }

    public CallerKind ActorKind { get; init; }

    /// <summary>The person or, where <see cref="ActorKind"/> is a key, the API key; null for other programs.</summary>
    public long? ActorId { get; init; }

    /// <summary>Name of the person, key or program at that time; null once erased.</summary>
    public string? ActorName { get; internal set; }

    /// <summary>The person for whom somebody else acted.</summary>
    public long? OnBehalfOfId { get; init; }

    public string? OnBehalfOfName { get; internal set; }

    /// <summary>The client's address; null for what the installation does by itself, and once erased.</summary>
    public string? Address { get; internal set; }

    /// <summary>The session, where a person was signed in with one.</summary>
    public string? Session { get; internal set; }

    /// <summary>Object and verb, for example <c>channel.changed</c>.</summary>
    public required string Action { get; init; }

    /// <summary>For example <c>channel</c>.</summary>
    public string ObjectType { get; internal set; } = "";

    public string? ObjectId { get; internal set; }

    /// <summary>What people called it at that time; null once erased.</summary>
    public string? ObjectName { get; internal set; }

    /// <summary>A JSON object of what was, without secrets; null when there was nothing, and once erased.</summary>
    public string? Before { get; internal set; }

    /// <summary>A JSON object of what is since, without secrets.</summary>
    public string? After { get; internal set; }

    /// <summary>
    /// Salts <see cref="PersonHash"/> and <see cref="ChangeHash"/>. Goes when the row's personal data are erased: what they
    /// were can then be neither read nor guessed, and the chain still holds.
    /// </summary>
    public byte[]? Salt { get; internal set; }

    /// <summary>Of names, address and session, which can be erased.</summary>
    public byte[] PersonHash { get; internal set; } = [];

    /// <summary>Of before and after, which can be erased.</summary>
    public byte[] ChangeHash { get; internal set; } = [];

    /// <summary>The <see cref="Hash"/> of the row before; zeros in the first.</summary>
    public byte[] Previous { get; internal set; } = [];

    /// <summary>Which of the installation's audit keys signed the row.</summary>
    public long KeyId { get; internal set; }

    public byte[] Hash { get; internal set; } = [];
}

/// <summary>Where the chain of a business ends. Changed in the transaction that adds rows, so that cutting rows off shows.</summary>
public sealed class AuditTip : ITenantOwned
{
    public required long TenantId { get; init; }

    public required long Sequence { get; init; }

    /// <summary>Of the last row.</summary>
    public required byte[] Hash { get; init; }

    public required long KeyId { get; init; }

    /// <summary>Over sequence and hash: without the key nobody makes a tip for an earlier end.</summary>
    public required byte[] Mac { get; init; }
}

file sealed class AuditEventMap : IEntityTypeConfiguration<AuditEvent>
{
    public void Configure(EntityTypeBuilder<AuditEvent> happened)
    {
        happened.ToTable("AuditEvents", table => table.HasTrigger("AuditEventsStay"));
        happened.HasKey(e => new { e.TenantId, e.Sequence });
        happened.Property(e => e.Sequence).ValueGeneratedNever();
        happened.Property(e => e.ActorKind).HasConversion<string>().HasMaxLength(10);
        happened.Property(e => e.Address).HasMaxLength(64);
        happened.Property(e => e.Session).HasMaxLength(64);
        happened.Property(e => e.Action).HasMaxLength(60);
        happened.Property(e => e.ObjectType).HasMaxLength(40);
        happened.Property(e => e.ObjectId).HasMaxLength(64);
        happened.Property(e => e.Before).HasMaxLength(-1);
        happened.Property(e => e.After).HasMaxLength(-1);
        happened.Property(e => e.Salt).HasMaxLength(16);
        happened.Property(e => e.PersonHash).HasMaxLength(32);
        happened.Property(e => e.ChangeHash).HasMaxLength(32);
        happened.Property(e => e.Previous).HasMaxLength(32);
        happened.Property(e => e.Hash).HasMaxLength(32);
        happened.HasIndex(e => new { e.TenantId, e.Action, e.Sequence });
        happened.HasIndex(e => new { e.TenantId, e.ActorId, e.Sequence });
        happened.HasIndex(e => new { e.TenantId, e.ObjectType, e.ObjectId, e.Sequence });
        happened.HasIndex(e => new { e.TenantId, e.At });
    }
}

file sealed class AuditTipMap : IEntityTypeConfiguration<AuditTip>
{
    public void Configure(EntityTypeBuilder<AuditTip> tip)
    {
        tip.ToTable("AuditTips");
        tip.HasKey(t => t.TenantId);
        tip.Property(t => t.TenantId).ValueGeneratedNever();
        tip.Property(t => t.Hash).HasMaxLength(32);
        tip.Property(t => t.Mac).HasMaxLength(32);
    }
}
