using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Inbox.Channels.Meta;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.WhatsApp;

/// <summary>Fetches files in two steps: where does it lie, and what is there. The place is good for minutes and wants the token too.</summary>
/// <seealso href="https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media"/>
public sealed partial class WhatsAppFiles(HttpClient http, OwnAddress own, IOptions<MetaOptions> options, ILogger<WhatsAppFiles> log)
{
    private static readonly TimeSpan Refused = TimeSpan.FromHours(1);

    public async Task<FileAnswer> OpenAsync(Channel account, string token, string mediaId, CancellationToken cancellation)
    {
        try
        {
            using var lookup = await GetAsync(new Uri($"{Graph(account)}/{options.Value.ApiVersion}/{Uri.EscapeDataString(mediaId)}"), token, cancellation);
            using var document = JsonText.Parse(await lookup.Content.ReadAsByteArrayAsync(cancellation));
            var root = document.RootElement;
            if (!lookup.IsSuccessStatusCode)
            {
                return Failed(lookup, root.At("error"));
            }

            if (!Uri.TryCreate(root.At("url").Text(), UriKind.Absolute, out var place) || !IsPlatform(place, account))
            {
                // The token goes to nobody else.
                return new FileAnswer.Gone("wrong_address", "WhatsApp named an address for the file that is not its own.");
            }

            var response = await GetAsync(place, token, cancellation);
            if (response.IsSuccessStatusCode)
            {
                return new FileAnswer.Opened(response, root.At("mime_type").Text(), root.At("sha256").Text() is { Length: 64 } hash ? hash.ToLowerInvariant() : null);
            }

            using (response)
            {
                // The place may have aged: the next attempt asks for a new one.
                return new FileAnswer.Later($"http_{(int)response.StatusCode}", "WhatsApp did not hand over the file.", response.Headers.RetryAfter?.Delta);
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UnreadableDeliveryException or FormatException
            || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            NoFile(account.Id, error.Message);
            return new FileAnswer.Later("no_connection", "WhatsApp could not be reached.");
        }
    }

    private static FileAnswer Failed(HttpResponseMessage lookup, JsonElement error) => WhatsAppErrors.Code(error) switch
    {
        33 or 100 or 131052 => new FileAnswer.Gone("gone", "WhatsApp no longer has this file."),
        // Whoever asks again and again with a bad token is shut out: rarely, until the channel is connected again.
        { } code when WhatsAppErrors.Find(code)?.Remedy == Remedy.Stop => new FileAnswer.Later(code.ToString(System.Globalization.CultureInfo.InvariantCulture), WhatsAppErrors.Explain(error), Refused),
        null when lookup.StatusCode == HttpStatusCode.NotFound => new FileAnswer.Gone("gone", "WhatsApp no longer has this file."),
        _ => new FileAnswer.Later($"http_{(int)lookup.StatusCode}", "WhatsApp did not say where the file is.", lookup.Headers.RetryAfter?.Delta),
    };

    private async Task<HttpResponseMessage> GetAsync(Uri address, string token, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    private string Graph(Channel account) => own.GraphOf(account, options.Value.GraphUrl);

    private bool IsPlatform(Uri place, Channel account)
        => MetaHosts.Contains(place) || (Uri.TryCreate(Graph(account), UriKind.Absolute, out var graph) && graph.IsLoopback && graph.Authority == place.Authority);

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} did not get a file: {Why}")]
    private partial void NoFile(long channelId, string why);
}
