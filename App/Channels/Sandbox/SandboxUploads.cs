using System.Net;
using System.Security.Cryptography;

namespace Inbox.Channels.Sandbox;

/// <summary>Files that the stand-in was handed, or fetches as the platform does. Nobody looks at them again, so none is kept.</summary>
public sealed class SandboxUploads(IHttpClientFactory clients, OwnAddress own, PublicAddress address)
{
    private const string Files = "media/";

    public static string Add(Channel channel) => SandboxIds.IdOf(channel, RandomNumberGenerator.GetHexString(16));

    public static bool Has(Channel channel, string id) => SandboxIds.IsOf(channel, id);

    /// <summary>
    /// Whether a file is there. Of what lies on this site only files that we hand out are, and these are fetched; other
    /// addresses are believed, for nothing of the sandbox leaves this server.
    /// </summary>
    public async Task<bool> IsThereAsync(string url, CancellationToken cancellation)
    {
        if (!url.StartsWith(address.Of("/"), StringComparison.Ordinal))
        {
            return url.StartsWith("https:", StringComparison.Ordinal);
        }

        if (TokenOf(url) is not { } token)
        {
            return false;
        }

        try
        {
            using var client = clients.CreateClient(MetaSandbox.Client);
            using var answer = await client.GetAsync(new Uri(own.Value, Files + token), HttpCompletionOption.ResponseHeadersRead, cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The sender chose the address: whatever is more than a token could lead elsewhere.</summary>
    private string? TokenOf(string url)
        => address.Of(Files) is var files && url.StartsWith(files, StringComparison.Ordinal) && url[files.Length..] is var token
            && token.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') ? token : null;
}
