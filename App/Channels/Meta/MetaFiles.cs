using Inbox.Access.Outside;

namespace Inbox.Channels.Meta;

/// <summary>Fetches files of Messenger and Instagram by the address that the webhook brought; it is signed and good for a while.</summary>
public sealed class MetaFiles(HttpClient http, OutsideClient outside, OwnAddress own)
{
    public async Task<FileAnswer> OpenAsync(Channel account, string platform, string reference, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(reference, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
        {
            return new FileAnswer.Gone("wrong_address", $"{platform} named no address for the file.");
        }

        var response = IsOfSandbox(account, address) ? await OpenHereAsync(address, cancellation) : await outside.OpenAsync(address, cancellation);
        if (response is null)
        {
            return new FileAnswer.Later("no_connection", $"{platform} did not hand over the file.");
        }

        if (response.IsSuccessStatusCode)
        {
            return new FileAnswer.Opened(response, response.Content.Headers.ContentType?.MediaType, Sha256: null);
        }

        using (response)
        {
            return (int)response.StatusCode is 403 or 404 or 410
                ? new FileAnswer.Gone("gone", $"{platform} no longer has this file.")
                : new FileAnswer.Later($"http_{(int)response.StatusCode}", $"{platform} did not hand over the file.", response.Headers.RetryAfter?.Delta);
        }
    }

    /// <summary>The stand-in's own files lie on this machine, where no other address leads.</summary>
    private bool IsOfSandbox(Channel account, Uri address) => account.IsSandbox && new Uri(own.Value, "sandbox/files/").IsBaseOf(address);

    private async Task<HttpResponseMessage?> OpenHereAsync(Uri address, CancellationToken cancellation)
    {
        try
        {
            return await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (Exception error) when (error is HttpRequestException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }
}
