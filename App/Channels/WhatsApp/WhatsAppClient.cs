using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.WhatsApp;

/// <summary>Hands messages to the Cloud API: <c>POST /{version}/{phone_number_id}/messages</c>.</summary>
public sealed partial class WhatsAppClient(HttpClient http, OwnAddress own, IOptions<MetaOptions> options, ILogger<WhatsAppClient> log)
{
    /// <summary>The most that is read of an answer, in bytes.</summary>
    public const int AnswerLimit = 256 * 1024;

    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public async Task<SendResult> SendAsync(Channel account, string token, OutboundMessage message, CancellationToken cancellation)
    {
        using var content = new WatchedContent(Body(message));
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Address(account)) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            return WhatsAppAnswer.Read(
                (int)response.StatusCode,
                await response.Content.ReadAsByteArrayAsync(cancellation),
                response.Headers.RetryAfter?.Delta);
        }
        // A header that cannot be made, or an address of our own that is not known yet, are no reason to lose the message.
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException or FormatException or InvalidOperationException)
        {
            NoAnswer(account.Id, message.MessageId, content.Started, error.Message);
            return content.Started
                ? new SendResult.Unknown("WhatsApp did not answer. The message may have been sent.")
                : new SendResult.Retry("no_connection", "WhatsApp could not be reached. The message is sent again by itself.", Outage: true);
        }
    }

    /// <summary>The request's JSON.</summary>
    public static byte[] Body(OutboundMessage message) => JsonSerializer.SerializeToUtf8Bytes(
        new Request(
            "whatsapp",
            "individual",
            message.To.Kind == "phone" ? message.To.Value : null,
            message.To.Kind == "phone" ? null : message.To.Value,
            "text",
            new RequestText(PreviewUrl: false, message.Text),
            message.ReplyTo is null ? null : new RequestContext(message.ReplyTo),
            MetaCallback.Of(message.MessageId)),
        Json);

    private string Address(Channel account)
    {
        var graph = account.IsSandbox ? new Uri(own.Value, "sandbox/graph").ToString() : options.Value.GraphUrl.TrimEnd('/');
        return $"{graph}/{options.Value.ApiVersion}/{Uri.EscapeDataString(account.ExternalId)}/messages";
    }

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} got no answer for message {MessageId} (the request went out: {Started}): {Why}")]
    private partial void NoAnswer(long channelId, long messageId, bool started, string why);

    private sealed record Request(
        [property: JsonPropertyName("messaging_product")] string MessagingProduct,
        [property: JsonPropertyName("recipient_type")] string RecipientType,
        [property: JsonPropertyName("to")] string? To,
        [property: JsonPropertyName("recipient")] string? Recipient,
        [property: JsonPropertyName("type")] string Type,
        [property: JsonPropertyName("text")] RequestText Text,
        [property: JsonPropertyName("context")] RequestContext? Context,
        [property: JsonPropertyName("biz_opaque_callback_data")] string CallbackData);

    private sealed record RequestText([property: JsonPropertyName("preview_url")] bool PreviewUrl, [property: JsonPropertyName("body")] string Body);

    private sealed record RequestContext([property: JsonPropertyName("message_id")] string MessageId);
}
