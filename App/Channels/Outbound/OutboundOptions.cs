using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Outbound;

/// <summary>Sending, section <c>Inbox:Outbound</c>.</summary>
public sealed class OutboundOptions
{
    /// <summary>How often the queue is looked at when nothing wakes the worker.</summary>
    [Range(0.1, 20)]
    public double PollSeconds { get; set; } = 2;

    /// <summary>How many sends of one channel run at once.</summary>
    [Range(1, 256)]
    public int PerChannel { get; set; } = 16;

    /// <summary>How many sends run at once in this process.</summary>
    [Range(1, 1024)]
    public int Total { get; set; } = 256;

    /// <summary>For how long a node owns a send it has begun. Longer than a platform's slowest answer; the time to upload a file comes on top.</summary>
    [Range(40, 3600)]
    public int LeaseSeconds { get; set; } = 60;

    /// <summary>How long a stopping process waits for answers of platforms; what has none then is "maybe sent".</summary>
    [Range(0, 25)]
    public int StopSeconds { get; set; } = 15;
}

[OptionsValidator]
public sealed partial class OutboundOptionsValidator : IValidateOptions<OutboundOptions>;
