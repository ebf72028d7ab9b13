using System.Collections.Concurrent;
using System.Text.Json.Serialization;

namespace Inbox.Channels.Sandbox;

[JsonConverter(typeof(JsonStringEnumConverter<SandboxFaultKind>))]
public enum SandboxFaultKind
{
    /// <summary>An error of the platform, with its code.</summary>
    Error,

    /// <summary>A page of HTML with an HTTP status, as something in front of the platform would answer.</summary>
    Html,

    /// <summary>200 with a body that makes no sense.</summary>
    Garbage,

    /// <summary>No answer until the caller gives up.</summary>
    Hang,

    /// <summary>The connection ends in the middle of the answer.</summary>
    Close,

    /// <summary>All statuses are delivered before the answer.</summary>
    StatusesFirst,
}

/// <summary>One answer that a test asks for, in place of the usual one.</summary>
/// <param name="Code">The platform's code of an <see cref="SandboxFaultKind.Error"/>.</param>
/// <param name="Status">The HTTP status; 400 where it is null.</param>
/// <param name="RetryAfter">Seconds for the header of that name.</param>
/// <param name="Accept">The message is taken all the same, and its statuses come.</param>
/// <param name="Times">For so many requests.</param>
/// <param name="Subcode">Beside the code, for Messenger and Instagram.</param>
public sealed record SandboxFault(SandboxFaultKind Kind, int Code = 0, int? Status = null, int? RetryAfter = null, bool Accept = false, int Times = 1, int Subcode = 0);

/// <summary>The answers that tests asked for, by account, in their order.</summary>
public sealed class SandboxFaults
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<SandboxFault>> _faults = new();

    public void Add(string account, SandboxFault fault)
    {
        var faults = _faults.GetOrAdd(account, static _ => new ConcurrentQueue<SandboxFault>());
        for (var time = 0; time < fault.Times; time++)
        {
            faults.Enqueue(fault);
        }
    }

    public void Clear(string account) => _faults.TryRemove(account, out _);

    public SandboxFault? Next(string account) => _faults.TryGetValue(account, out var faults) && faults.TryDequeue(out var fault) ? fault : null;
}
