using System.Net.Http.Headers;
using System.Text.Json;
using Inbox.Channels.Outbound;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Meta;

/// <summary>Hands files to Messenger before the message that names them: <c>POST /{version}/{page}/message_attachments</c>.</summary>
/// <seealso href="https://developers.facebook.com/docs/messenger-platform/reference/attachment-upload-api"/>
public sealed partial class MetaUploads(HttpClient http, OwnAddress own, IOptions<MetaOptions> options, ILogger<MetaUploads> log)
{
    /// <returns>The platform's id of the file, or what came of it instead. Nothing was sent yet, so it may always be tried again.</returns>
    public async Task<(string? Id, SendResult? Failure)> UploadAsync(Channel account, string token, MetaPlatform platform, OutboundFile file, CancellationToken cancellation)
    {
        try
        {
            using var content = new MultipartFormDataContent();
            using var bytes = new StreamContent(new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan));
            bytes.Headers.ContentType = new MediaTypeHeaderValue(file.MimeType);
            content.Add(new StringContent(JsonSerializer.Serialize(new { attachment = new { type = MetaRequest.TypeOf(file), payload = new { is_reusable = true } } })), "\"message\"");
            content.Add(bytes, "\"filedata\"", $"\"{file.Name.Replace('"', '_')}\"");
            using var request = new HttpRequestMessage(HttpMethod.Post, MetaMessagingClient.Address(account, own, options.Value, platform, "message_attachments")) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (response.IsSuccessStatusCode)
            {
                using var document = JsonText.Parse(answer);
                return document.RootElement.At("attachment_id").Id() is { } id ? (id, null) : (null, NotTaken(platform));
            }

            var failure = MetaAnswer.Read(platform.Name, (int)response.StatusCode, answer, response.Headers.RetryAfter?.Delta);
            return (null, failure is SendResult.Unknown ? NotTaken(platform) : failure);
        }
        catch (FileNotFoundException)
        {
            return (null, new SendResult.Refused("media_not_stored", "The file is no longer here."));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException or FormatException or InvalidOperationException or UnreadableDeliveryException)
        {
            NoAnswer(account.Id, file.Id, error.Message);
            return (null, NotTaken(platform));
        }
    }

    private static SendResult.Retry NotTaken(MetaPlatform platform) => new("no_upload", $"{platform.Name} did not take the file. It is tried again by itself.", Outage: true);

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} could not hand over file {FileId}: {Why}")]
    private partial void NoAnswer(long channelId, long fileId, string why);
}
