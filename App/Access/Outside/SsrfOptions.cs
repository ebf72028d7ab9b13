using Microsoft.Extensions.Options;

namespace Inbox.Access.Outside;

/// <summary>Where the client for addresses of businesses and customers may go beside the public internet, section <c>Inbox:Ssrf</c>.</summary>
public sealed class SsrfOptions
{
    /// <summary>Exact <c>host:port</c> pairs of the operator's own network, for example <c>hooks.internal:8443</c>.</summary>
    public IList<string> Allow { get; init; } = [];

    internal static bool IsPair(string? pair)
        => pair?.LastIndexOf(':') is > 0 and var colon && pair[..colon] is var host && Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown
            && ushort.TryParse(pair[(colon + 1)..], out var port) && port > 0;
}

public sealed class SsrfOptionsValidator : IValidateOptions<SsrfOptions>
{
    public ValidateOptionsResult Validate(string? name, SsrfOptions options)
        => options.Allow.FirstOrDefault(pair => !SsrfOptions.IsPair(pair)) is { } wrong
            ? ValidateOptionsResult.Fail($"Inbox:Ssrf:Allow must be a list of host:port; '{wrong}' is none.")
            : ValidateOptionsResult.Success;
}
