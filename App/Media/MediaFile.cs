using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Media;

public enum MediaState
{
    /// <summary>The platform holds it; it is fetched by <see cref="DueAt"/> order.</summary>
    Pending = 0,

    /// <summary>It is here.</summary>
    Stored = 1,

    /// <summary>It could not be fetched; a person may try again.</summary>
    Failed = 2,

    /// <summary>Too large, or of a type that is not taken: it stays at the platform.</summary>
    Refused = 3,
}

/// <summary>A file of a message, or one that was uploaded to be sent.</summary>
public sealed class MediaFile : ITenantOwned, INumbered
{
    public long Id { get; internal set; }

    public required long TenantId { get; init; }

    /// <summary>Null for an upload that is not sent yet.</summary>
    public long? MessageId { get; set; }

    /// <summary>Where it came in; null for an upload.</summary>
    public long? ChannelId { get; init; }

    /// <summary>Its place among the files of the message, from 0.</summary>
    public int Position { get; set; }

    /// <summary>image, video, audio, voice, document, sticker.</summary>
    public required string Kind { get; set; }

    public MediaState State { get; set; }

    /// <summary>The platform's id or address of it.</summary>
    public string? Reference { get; init; }

    /// <summary>What the platform or the sender says until the file is here, then what its content is.</summary>
    public string? MimeType { get; set; }

    /// <summary>As the sender named it: text to show, never a path.</summary>
    public string? FileName { get; init; }

    /// <summary>Bytes; null until it is here.</summary>
    public long? Size { get; set; }

    /// <summary>Of the content, lower-case hex. Files of a business with the same hash share their bytes.</summary>
    public string? Sha256 { get; set; }

    /// <summary>Pixels, where the header says so.</summary>
    public int? Width { get; set; }

    public int? Height { get; set; }

    /// <summary>The random name under which the bytes lie.</summary>
    public string? StorageKey { get; set; }

    public int Attempts { get; set; }

    public DateTime DueAt { get; set; }

    /// <summary>Until when the worker that claimed it may hold it.</summary>
    public DateTime? LeaseUntil { get; set; }

    public string? ErrorCode { get; set; }

    public string? ErrorDetail { get; set; }

    /// <summary>Who uploaded it; null for a program.</summary>
    public long? UploadedBy { get; init; }

    /// <summary>The API key of the program that uploaded it; null for a person, and for the business's internal key.</summary>
    public long? UploadedByKey { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>The same bytes for another message.</summary>
    public MediaFile CopyFor(long messageId, DateTime at) => new()
    {
        TenantId = TenantId,
        MessageId = messageId,
        Kind = Kind,
        State = State,
        MimeType = MimeType,
        FileName = FileName,
        Size = Size,
        Sha256 = Sha256,
        Width = Width,
        Height = Height,
        StorageKey = StorageKey,
        CreatedAt = at,
    };
}

file sealed class MediaFileMap : IEntityTypeConfiguration<MediaFile>
{
    public void Configure(EntityTypeBuilder<MediaFile> file)
    {
        file.ToTable("MediaFiles");
        file.Property(f => f.Kind).HasMaxLength(20);
        file.Property(f => f.Reference).HasMaxLength(-1);
        file.Property(f => f.MimeType).HasMaxLength(150);
        file.Property(f => f.FileName).HasMaxLength(255);
        file.Property(f => f.Sha256).HasMaxLength(64);
        file.Property(f => f.StorageKey).HasMaxLength(64);
        file.Property(f => f.ErrorCode).HasMaxLength(60);
        file.Property(f => f.ErrorDetail).HasMaxLength(1000);
        file.HasIndex(f => new { f.TenantId, f.MessageId, f.Position });
        file.HasIndex(f => new { f.TenantId, f.Sha256 });
        // Uploads that nobody sent yet: few at any time.
        file.HasIndex(f => f.CreatedAt).HasFilter("\"MessageId\" IS NULL");
        // The queue: few are pending, all others are history.
        file.HasIndex(f => new { f.DueAt, f.Id }).HasFilter("\"State\" = 0");
    }
}
