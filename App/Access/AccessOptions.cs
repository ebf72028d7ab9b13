using System.Net;
using Microsoft.Extensions.Options;

namespace Inbox.Access;

/// <summary>Who gets in from where, section <c>Inbox</c>.</summary>
public sealed class AccessOptions
{
    /// <summary>For making businesses over the API. Unset: nobody may.</summary>
    public string? MasterApiKey { get; set; }

    /// <summary>The address that people type, for links; for example https://inbox.example.com.</summary>
    public Uri? PublicBaseUrl { get; set; }

    /// <summary>May strangers make a business and an account over the API. Unset: in Development only.</summary>
    public bool? OpenSignUp { get; set; }

    /// <summary>How this program reaches itself (the sandbox does). Empty: by the first address it listens on.</summary>
    public Uri? OwnUrl { get; set; }

    /// <summary>Addresses or networks (10.0.0.0/8) of proxies whose X-Forwarded headers are believed.</summary>
    public IList<string> KnownProxies { get; init; } = [];

    /// <summary>Origins (https://app.example.com) whose pages may call the API with a token. The website chat has its own list.</summary>
    public IList<string> Cors { get; init; } = [];
}

public sealed class AccessOptionsValidator : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var problems = options.KnownProxies
            .Where(proxy => !IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _))
            .Select(proxy => $"Inbox:KnownProxies holds \"{proxy}\", which is neither an address nor a network such as 10.0.0.0/8.")
            .ToList();
        problems.AddRange(options.Cors.Where(origin => !IsOrigin(origin))
            .Select(origin => $"Inbox:Cors holds \"{origin}\", which is no origin such as https://app.example.com: scheme and host, without a path and without wildcards."));
        if (options.PublicBaseUrl is { } address && !(address.IsAbsoluteUri && address.Scheme is "http" or "https"))
        {
            problems.Add("Inbox:PublicBaseUrl must be a whole address such as https://inbox.example.com.");
        }

        if (options.OwnUrl is { } own && !(own.IsAbsoluteUri && own.Scheme is "http" or "https"))
        {
            problems.Add("Inbox:OwnUrl must be a whole address such as http://127.0.0.1:5080.");
        }

        return problems is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static bool IsOrigin(string text)
        => Uri.TryCreate(text, UriKind.Absolute, out var origin) && (origin.Scheme is "http" or "https")
            && string.Equals(origin.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase) && !text.Contains('*', StringComparison.Ordinal);
}
