using System.Net.Http.Headers;
using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.WhatsApp;

/// <summary>Hands files to the Cloud API before the message that names them: <c>POST /{version}/{phone_number_id}/media</c>.</summary>
/// <seealso href="https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media"/>
public sealed partial class WhatsAppUploads(HttpClient http, OwnAddress own, IOptions<MetaOptions> options, ILogger<WhatsAppUploads> log)
{
    /// <returns>The platform's id of the file, or what came of it instead. Nothing was sent yet, so it may always be tried again.</returns>
    public async Task<(string? Id, SendResult? Failure)> UploadAsync(Channel account, string token, OutboundFile file, CancellationToken cancellation)
    {
        try
        {
            using var content = new MultipartFormDataContent();
            using var bytes = new StreamContent(new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan));
            bytes.Headers.ContentType = new MediaTypeHeaderValue(file.MimeType);
            content.Add(new StringContent("whatsapp"), "\"messaging_product\"");
            content.Add(new StringContent(file.MimeType), "\"type\"");
            content.Add(bytes, "\"file\"", $"\"{file.Name.Replace('"', '_')}\"");
            using var request = new HttpRequestMessage(HttpMethod.Post, WhatsAppClient.Address(account, own, options.Value, "media")) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (response.IsSuccessStatusCode)
            {
                using var document = JsonText.Parse(answer);
                return document.RootElement.At("id").Id() is { } id ? (id, null) : (null, NotTaken());
            }

            var failure = WhatsAppAnswer.Read((int)response.StatusCode, answer, response.Headers.RetryAfter?.Delta);
            return (null, failure is SendResult.Unknown ? NotTaken() : failure);
        }
        catch (FileNotFoundException)
        {
            return (null, new SendResult.Refused("media_not_stored", "The file is no longer here."));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException or FormatException or InvalidOperationException or UnreadableDeliveryException)
        {
            NoAnswer(account.Id, file.Id, error.Message);
            return (null, NotTaken());
        }
    }

    private static SendResult.Retry NotTaken() => new("no_upload", "WhatsApp did not take the file. It is tried again by itself.", Outage: true);

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} could not hand over file {FileId}: {Why}")]
    private partial void NoAnswer(long channelId, long fileId, string why);
}
