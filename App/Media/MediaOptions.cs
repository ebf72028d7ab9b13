using System.ComponentModel.DataAnnotations;
using Inbox.Media.S3;
using Microsoft.Extensions.Options;

namespace Inbox.Media;

/// <summary>Files of messages, section <c>Inbox:Media</c>.</summary>
public sealed class MediaOptions
{
    /// <summary>What one business may keep, in megabytes (10^6 bytes); 0: no limit.</summary>
    [Range(0, 100_000_000)]
    public long QuotaMegabytes { get; set; } = 20_000;

    /// <summary>The largest file that is fetched or uploaded, in megabytes.</summary>
    [Range(1, 2000)]
    public int LargestMegabytes { get; set; } = 100;

    /// <summary>How many files are fetched at once.</summary>
    [Range(1, 64)]
    public int AtOnce { get; set; } = 4;

    /// <summary>A bucket instead of the disk.</summary>
    public S3Options S3 { get; set; } = new();
}

[OptionsValidator]
public sealed partial class MediaOptionsValidator : IValidateOptions<MediaOptions>;
