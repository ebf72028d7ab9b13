using System.Net.Http.Headers;
using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.WhatsApp;

/// <summary>Hands messages to the Cloud API: <c>POST /{version}/{phone_number_id}/messages</c>.</summary>
public sealed partial class WhatsAppClient(HttpClient http, OwnAddress own, IOptions<MetaOptions> options, ILogger<WhatsAppClient> log)
{
    /// <summary>The most that is read of an answer, in bytes.</summary>
    public const int AnswerLimit = 256 * 1024;

    /// <param name="mediaIds">The platform's ids of the message's file or of the files of its cards.</param>
    public Task<SendResult> SendAsync(Channel account, string token, OutboundMessage message, IReadOnlyList<string> mediaIds, CancellationToken cancellation)
        => PostAsync(account, token, WhatsAppRequest.Body(message, mediaIds), message.MessageId, WhatsAppAnswer.Read, cancellation);

    public Task<SendResult> SendAsync(Channel account, string token, OutboundSign sign, CancellationToken cancellation)
        => PostAsync(account, token, WhatsAppRequest.Body(sign), null, WhatsAppAnswer.ReadSign, cancellation);

    private async Task<SendResult> PostAsync(
        Channel account, string token, byte[] body, long? messageId, Func<int, ReadOnlyMemory<byte>, TimeSpan?, SendResult> read, CancellationToken cancellation)
    {
        using var content = new WatchedContent(body);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Address(account, "messages")) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            return read((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation), response.Headers.RetryAfter?.Delta);
        }
        // A header that cannot be made, or an address of our own that is not known yet, are no reason to lose the message.
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException or FormatException or InvalidOperationException)
        {
            NoAnswer(account.Id, messageId, content.Started, error.Message);
            return content.Started
                ? new SendResult.Unknown("WhatsApp did not answer. The message may have been sent.")
                : new SendResult.Retry("no_connection", "WhatsApp could not be reached. The message is sent again by itself.", Outage: true);
        }
    }

    /// <summary><c>POST /{version}/{phone_number_id}/media</c>.</summary>
    /// <seealso href="https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media"/>
    internal MetaUpload UploadOf(Channel account, OutboundFile file)
    {
        // The platform takes ogg with Opus only, and wants to be told.
        var type = file.MimeType == "audio/ogg" ? "audio/ogg; codecs=opus" : file.MimeType;
        return new(
            "WhatsApp", () => Address(account, "media"), [("messaging_product", "whatsapp"), ("type", type)], "file", "id",
            (status, answer, retryAfter) => WhatsAppAnswer.Read(status, answer, retryAfter))
        {
            ContentType = type,
        };
    }

    private Uri Address(Channel account, string what)
        => new($"{own.GraphOf(account, options.Value.GraphUrl)}/{options.Value.ApiVersion}/{Uri.EscapeDataString(account.ExternalId)}/{what}");

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} got no answer for message {MessageId} (the request went out: {Started}): {Why}")]
    private partial void NoAnswer(long channelId, long? messageId, bool started, string why);
}
