using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Access.Http.Idempotency;

/// <summary>What a request with an <c>Idempotency-Key</c> was answered, so that its repetition is answered the same.</summary>
public sealed class IdempotentAnswer : INumbered
{
    public long Id { get; private set; }

    /// <summary>SHA-256 of the caller and his key, hex: nobody meets another's.</summary>
    public required string Key { get; init; }

    /// <summary>See <see cref="RequestFingerprint"/>.</summary>
    public required string Request { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Until then a request without an answer is believed to be at work; after it, its process has died.</summary>
    public required DateTime WorkingUntil { get; init; }

    /// <summary>Encrypted, since an answer may show a secret this once. Null while the first request is at work.</summary>
    public byte[]? Answer { get; set; }
}

file sealed class IdempotentAnswerMap : IEntityTypeConfiguration<IdempotentAnswer>
{
    public void Configure(EntityTypeBuilder<IdempotentAnswer> answer)
    {
        answer.ToTable("IdempotentAnswers");
        answer.Property(a => a.Key).HasMaxLength(64);
        answer.Property(a => a.Request).HasMaxLength(64);
        answer.HasIndex(a => a.Key).IsUnique();
        answer.HasIndex(a => a.CreatedAt);
    }
}
