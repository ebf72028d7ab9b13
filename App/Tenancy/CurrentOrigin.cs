namespace Inbox.Tenancy;

/// <summary>From where the work of the scope was asked for: set with the caller, in a request by middleware and in a page by the circuit.</summary>
public sealed class CurrentOrigin
{
    /// <summary>The client's address as the known proxies tell it; null for workers and commands.</summary>
    public string? Address { get; set; }

    /// <summary>The id of the browser's or program's session; null for keys, workers and commands.</summary>
    public string? Session { get; set; }
}
