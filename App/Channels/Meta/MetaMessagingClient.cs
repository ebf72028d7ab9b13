using System.Net.Http.Headers;
using System.Text.Json;
using Inbox.Channels.Outbound;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Meta;

/// <param name="Name">As people know it.</param>
/// <param name="Host">Where its API is.</param>
/// <param name="Node">Whose messages it sends: the page, or the account.</param>
/// <param name="MessagingType">RESPONSE for Messenger; Instagram has none.</param>
public sealed record MetaPlatform(string Name, string Host, string Node, string? MessagingType);

/// <summary>Hands messages to the Send API, which Messenger and Instagram share: <c>POST /{version}/{account}/messages</c>.</summary>
/// <seealso href="https://developers.facebook.com/docs/messenger-platform/reference/send-api"/>
public sealed partial class MetaMessagingClient(HttpClient http, OwnAddress own, IOptions<MetaOptions> options, ILogger<MetaMessagingClient> log)
{
    /// <summary>The most that is read of an answer, in bytes.</summary>
    public const int AnswerLimit = 256 * 1024;

    /// <param name="file">Where the platform has the message's file, or gets it from; null when it has none.</param>
    internal Task<SendResult> SendAsync(Channel account, string token, MetaPlatform platform, OutboundMessage message, MetaFile? file, CancellationToken cancellation)
        => PostAsync(account, token, platform, MetaRequest.Body(message, platform.MessagingType, file), message.MessageId, MetaAnswer.Read, cancellation);

    internal Task<SendResult> SendAsync(Channel account, string token, MetaPlatform platform, OutboundSign sign, CancellationToken cancellation)
        => PostAsync(account, token, platform, MetaRequest.Body(sign), null, MetaAnswer.ReadSign, cancellation);

    private async Task<SendResult> PostAsync(
        Channel account, string token, MetaPlatform platform, byte[] body, long? messageId, Func<string, int, ReadOnlyMemory<byte>, TimeSpan?, SendResult> read, CancellationToken cancellation)
    {
        using var content = new WatchedContent(body);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Address(account, platform, "messages")) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            return read(platform.Name, (int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation), response.Headers.RetryAfter?.Delta);
        }
        // A header that cannot be made, or an address of our own that is not known yet, are no reason to lose the message.
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException or FormatException or InvalidOperationException)
        {
            NoAnswer(account.Id, messageId, content.Started, error.Message);
            return content.Started
                ? new SendResult.Unknown($"{platform.Name} did not answer. The message may have been sent.")
                : new SendResult.Retry("no_connection", $"{platform.Name} could not be reached. The message is sent again by itself.", Outage: true);
        }
    }

    /// <summary><c>POST /{version}/{page}/message_attachments</c>, which Messenger has and Instagram has not.</summary>
    /// <seealso href="https://developers.facebook.com/docs/messenger-platform/reference/attachment-upload-api"/>
    internal MetaUpload UploadOf(Channel account, MetaPlatform platform, OutboundFile file)
        => new(
            platform.Name, () => Address(account, platform, "message_attachments"),
            [("message", JsonSerializer.Serialize(new { attachment = new { type = MetaRequest.TypeOf(file), payload = new { is_reusable = true } } }))], "filedata", "attachment_id",
            (status, answer, retryAfter) => MetaAnswer.Read(platform.Name, status, answer, retryAfter));

    private Uri Address(Channel account, MetaPlatform platform, string what)
        => new($"{own.GraphOf(account, platform.Host)}/{options.Value.ApiVersion}/{Uri.EscapeDataString(platform.Node)}/{what}");

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} got no answer for message {MessageId} (the request went out: {Started}): {Why}")]
    private partial void NoAnswer(long channelId, long? messageId, bool started, string why);
}
