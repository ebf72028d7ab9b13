using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Inbox.Channels.Outbound;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Meta;

/// <param name="Name">As people know it.</param>
/// <param name="Host">Where its API is.</param>
/// <param name="MessagingType">RESPONSE for Messenger; Instagram has none.</param>
public sealed record MetaPlatform(string Name, string Host, string? MessagingType);

/// <summary>Hands messages to the Send API, which Messenger and Instagram share: <c>POST /{version}/{account}/messages</c>.</summary>
/// <seealso href="https://developers.facebook.com/docs/messenger-platform/reference/send-api"/>
public sealed partial class MetaMessagingClient(HttpClient http, OwnAddress own, IOptions<MetaOptions> options, ILogger<MetaMessagingClient> log)
{
    /// <summary>The most that is read of an answer, in bytes.</summary>
    public const int AnswerLimit = 256 * 1024;

    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public async Task<SendResult> SendAsync(Channel account, string token, MetaPlatform platform, OutboundMessage message, CancellationToken cancellation)
    {
        using var content = new WatchedContent(Body(message, platform.MessagingType));
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Address(account, platform)) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            return MetaAnswer.Read(platform.Name, (int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation), response.Headers.RetryAfter?.Delta);
        }
        // A header that cannot be made, or an address of our own that is not known yet, are no reason to lose the message.
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException or FormatException or InvalidOperationException)
        {
            NoAnswer(account.Id, message.MessageId, content.Started, error.Message);
            return content.Started
                ? new SendResult.Unknown($"{platform.Name} did not answer. The message may have been sent.")
                : new SendResult.Retry("no_connection", $"{platform.Name} could not be reached. The message is sent again by itself.", Outage: true);
        }
    }

    /// <summary>The request's JSON.</summary>
    public static byte[] Body(OutboundMessage message, string? messagingType) => JsonSerializer.SerializeToUtf8Bytes(
        new Request(
            new Recipient(message.To.Value),
            messagingType,
            new RequestMessage(message.Text, message.ReplyTo is null ? null : new RequestReply(message.ReplyTo), MetaCallback.Of(message.MessageId))),
        Json);

    private string Address(Channel account, MetaPlatform platform)
    {
        var host = account.IsSandbox ? new Uri(own.Value, "sandbox/graph").ToString() : platform.Host.TrimEnd('/');
        return $"{host}/{options.Value.ApiVersion}/{Uri.EscapeDataString(account.ExternalId)}/messages";
    }

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} got no answer for message {MessageId} (the request went out: {Started}): {Why}")]
    private partial void NoAnswer(long channelId, long messageId, bool started, string why);

    private sealed record Request(Recipient Recipient, string? MessagingType, RequestMessage Message);

    private sealed record Recipient(string Id);

    private sealed record RequestMessage(string Text, RequestReply? ReplyTo, string Metadata);

    private sealed record RequestReply(string Mid);
}
