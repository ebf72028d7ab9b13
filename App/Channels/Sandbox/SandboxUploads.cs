using System.Net;
using System.Security.Cryptography;

namespace Inbox.Channels.Sandbox;

/// <summary>Files that the stand-in was handed, or fetches as the platform does. Nobody looks at them again, so none is kept.</summary>
public sealed class SandboxUploads(IHttpClientFactory clients, OwnAddress own, PublicAddress address)
{
    public static string Add(Channel channel) => SandboxIds.IdOf(channel, RandomNumberGenerator.GetHexString(16));

    public static bool Has(Channel channel, string id) => SandboxIds.IsOf(channel, id);

    /// <summary>
    /// Whether a file is there. What lies on this site is fetched; other addresses are believed, for nothing of the sandbox
    /// leaves this server.
    /// </summary>
    public async Task<bool> IsThereAsync(string url, CancellationToken cancellation)
    {
        var (site, here) = (address.Of("/"), own.Value);
        if (!url.StartsWith(site, StringComparison.Ordinal))
        {
            return url.StartsWith("https:", StringComparison.Ordinal);
        }

        try
        {
            using var client = clients.CreateClient(MetaSandbox.Client);
            using var answer = await client.GetAsync(new Uri(here, url[site.Length..]), HttpCompletionOption.ResponseHeadersRead, cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
