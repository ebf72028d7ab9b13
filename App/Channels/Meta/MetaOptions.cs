using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Meta;

/// <summary>The Meta platform, section <c>Inbox:Meta</c>. Secrets here serve the channels that have none of their own.</summary>
public sealed class MetaOptions
{
    /// <summary>Where messages are sent to.</summary>
    [Required]
    public string GraphUrl { get; set; } = "https://graph.facebook.com";

    [RegularExpression(@"^v\d{1,3}\.\d{1,2}$", ErrorMessage = "Inbox:Meta:ApiVersion must look like v25.0.")]
    public string ApiVersion { get; set; } = "v25.0";

    /// <summary>Verifies requests for channels without an app secret of their own.</summary>
    public string? AppSecret { get; set; }

    /// <summary>Answers Meta's check of the webhook address, beside the channels' own tokens.</summary>
    public string? VerifyToken { get; set; }
}

[OptionsValidator]
public sealed partial class MetaOptionsValidator : IValidateOptions<MetaOptions>;

/// <summary>Tokens travel to this address, so it is https, or on this machine.</summary>
public sealed class MetaAddressValidator : IValidateOptions<MetaOptions>
{
    public ValidateOptionsResult Validate(string? name, MetaOptions options)
        => Uri.TryCreate(options.GraphUrl, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            && address is { Query: "", Fragment: "", UserInfo: "" }
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"Inbox:Meta:GraphUrl must be an https address (http only on this machine), not \"{options.GraphUrl}\".");
}
