using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Inbound;

/// <summary>Receiving, section <c>Inbox:Inbound</c>.</summary>
public sealed class InboundOptions
{
    /// <summary>Requests that one commit of the ledger may hold.</summary>
    [Range(1, 512)]
    public int CommitSize { get; set; } = 512;

    /// <summary>Requests that may wait for the ledger; one more is answered 503.</summary>
    [Range(1, 65_536)]
    public int QueueLength { get; set; } = 4096;

    /// <summary>Megabytes of bodies that may wait for the ledger; more is answered 503.</summary>
    [Range(8, 1024)]
    public int QueueMegabytes { get; set; } = 64;

    /// <summary>Deliveries that one transaction of the worker may hold; it finds the number that fits its time by itself.</summary>
    [Range(64, 512)]
    public int BatchSize { get; set; } = 512;

    /// <summary>Tries before a delivery that cannot be processed is set aside as failed.</summary>
    [Range(1, 20)]
    public int Attempts { get; set; } = 5;

    /// <summary>Seconds after which the ledger is looked at although no signal came.</summary>
    [Range(1, 60)]
    public int PollSeconds { get; set; } = 2;
}

[OptionsValidator]
public sealed partial class InboundOptionsValidator : IValidateOptions<InboundOptions>;
