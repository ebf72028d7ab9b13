using Microsoft.Extensions.Options;

namespace Inbox.Media.S3;

/// <summary>A bucket of an S3-compatible store, section <c>Inbox:Media:S3</c>. Without a bucket files are on disk.</summary>
public sealed class S3Options
{
    public string? Bucket { get; set; }

    /// <summary>Address of another vendor's store: https://minio.example.com. Empty: Amazon's of the region.</summary>
    public string? Endpoint { get; set; }

    public string Region { get; set; } = "us-east-1";

    /// <summary>Empty, with an empty secret: what Amazon's tools find in the environment or give to the machine.</summary>
    public string? AccessKey { get; set; }

    public string? SecretKey { get; set; }

    /// <summary>Before the names of all files, for a bucket that holds other things too: <c>inbox/</c>.</summary>
    public string? Prefix { get; set; }

    /// <summary>At an address of our own choice: the bucket stands in the path, as other vendors have it, and not in the host name.</summary>
    public bool PathStyle { get; set; } = true;

    internal bool IsUsed => !string.IsNullOrEmpty(Bucket);
}

/// <summary>What belongs together.</summary>
public sealed class S3Rules : IValidateOptions<MediaOptions>
{
    public ValidateOptionsResult Validate(string? name, MediaOptions options)
    {
        var wrong = Wrong(options.S3).ToList();
        return wrong is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> Wrong(S3Options options)
    {
        if (!options.IsUsed)
        {
            if (new[] { options.Endpoint, options.AccessKey, options.SecretKey, options.Prefix }.Any(value => !string.IsNullOrEmpty(value)))
            {
                yield return "Inbox:Media:S3:Bucket is missing: the other settings of Inbox:Media:S3 need it.";
            }

            yield break;
        }

        if (!string.IsNullOrEmpty(options.Endpoint)
            && !(Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" }))
        {
            yield return $"Inbox:Media:S3:Endpoint must be an http or https address without a path, not \"{options.Endpoint}\".";
        }

        if (string.IsNullOrWhiteSpace(options.Region))
        {
            yield return "Inbox:Media:S3:Region is missing: us-east-1 for most stores that have no regions.";
        }

        if (string.IsNullOrEmpty(options.AccessKey) != string.IsNullOrEmpty(options.SecretKey))
        {
            yield return "Inbox:Media:S3:AccessKey and Inbox:Media:S3:SecretKey are set together, or neither.";
        }

        if (options.Prefix is { Length: > 0 } prefix && (prefix.StartsWith('/') || !prefix.EndsWith('/')))
        {
            yield return $"Inbox:Media:S3:Prefix ends with a slash and does not begin with one, such as inbox/; it is \"{prefix}\".";
        }
    }
}
