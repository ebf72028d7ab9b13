using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Sandbox;

/// <summary>The stand-in of platforms, section <c>Inbox:Sandbox</c>.</summary>
public sealed class SandboxOptions
{
    /// <summary>Opens the endpoint by which tests make it misbehave. Never on a server that others reach.</summary>
    public bool Control { get; set; }

    /// <summary>From the answer to the status "sent".</summary>
    [Range(0, 60_000)]
    public int SentMilliseconds { get; set; } = 150;

    /// <summary>From "sent" to "delivered".</summary>
    [Range(0, 60_000)]
    public int DeliveredMilliseconds { get; set; } = 600;

    /// <summary>From "delivered" to "read".</summary>
    [Range(0, 60_000)]
    public int ReadMilliseconds { get; set; } = 2000;

    /// <summary>From a new template to its judgement.</summary>
    [Range(0, 60_000)]
    public int JudgedMilliseconds { get; set; } = 4000;
}

[OptionsValidator]
public sealed partial class SandboxOptionsValidator : IValidateOptions<SandboxOptions>;
