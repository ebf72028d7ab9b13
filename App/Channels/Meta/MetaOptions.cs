using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Meta;

/// <summary>The Meta platform, section <c>Inbox:Meta</c>. Secrets here serve the channels that have none of their own.</summary>
public sealed class MetaOptions
{
    /// <summary>Where messages are sent to.</summary>
    [Required]
    public string GraphUrl { get; set; } = "https://graph.facebook.com";

    /// <summary>Where messages of Instagram accounts are sent to.</summary>
    [Required]
    public string InstagramUrl { get; set; } = "https://graph.instagram.com";

    [RegularExpression(@"^v\d{1,3}\.\d{1,2}$", ErrorMessage = "Inbox:Meta:ApiVersion must look like v25.0.")]
    public string ApiVersion { get; set; } = "v25.0";

    /// <summary>Verifies requests for channels without an app secret of their own.</summary>
    public string? AppSecret { get; set; }

    /// <summary>The one before, while it is being changed at Meta; take it out again afterwards.</summary>
    public string? PreviousAppSecret { get; set; }

    /// <summary>Answers Meta's check of the webhook address, beside the channels' own tokens.</summary>
    public string? VerifyToken { get; set; }
}

[OptionsValidator]
public sealed partial class MetaOptionsValidator : IValidateOptions<MetaOptions>;

/// <summary>Tokens travel to this address, so it is https, or on this machine.</summary>
public sealed class MetaAddressValidator : IValidateOptions<MetaOptions>
{
    public ValidateOptionsResult Validate(string? name, MetaOptions options)
    {
        var wrong = new[] { (nameof(options.GraphUrl), options.GraphUrl), (nameof(options.InstagramUrl), options.InstagramUrl) }
            .Where(address => !IsSafe(address.Item2))
            .Select(address => $"Inbox:Meta:{address.Item1} must be an https address (http only on this machine), not \"{address.Item2}\".")
            .ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static bool IsSafe(string url)
        => Uri.TryCreate(url, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            && address is { Query: "", Fragment: "", UserInfo: "" };
}
