using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Http.Limits;

/// <summary>Requests per minute at the API of one node, section <c>Inbox:Limits:Api</c>.</summary>
public sealed class ApiLimitOptions
{
    /// <summary>Signing in, registering, asking for a link: of one account. Refreshing: of one session. New passwords and passkeys: of one network.</summary>
    [Range(1, 10_000_000)]
    public int SignInPerMinute { get; set; } = 30;

    /// <summary>Of one person.</summary>
    [Range(1, 10_000_000)]
    public int UserPerMinute { get; set; } = 600;

    /// <summary>Of one key.</summary>
    [Range(1, 10_000_000)]
    public int KeyPerMinute { get; set; } = 1200;

    /// <summary>Of all people and keys of one business together.</summary>
    [Range(1, 10_000_000)]
    public int BusinessPerMinute { get; set; } = 6000;

    /// <summary>Without a credential, or with a wrong one, from one network.</summary>
    [Range(1, 10_000_000)]
    public int AddressPerMinute { get; set; } = 600;
}

[OptionsValidator]
public sealed partial class ApiLimitOptionsValidator : IValidateOptions<ApiLimitOptions>;
