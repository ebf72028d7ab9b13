using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Inbox.Tests;

/// <summary>A connected WhatsApp number, and the platform that delivers to it with a genuine signature.</summary>
public sealed class WhatsAppNumber(HttpClient http, long tenant, long channelId, string phoneNumberId, string secret)
{
    public long Tenant => tenant;

    public long ChannelId => channelId;

    public string PhoneNumberId => phoneNumberId;

    /// <summary>Delivers a request as it is, signed with this number's secret.</summary>
    public Task<HttpStatusCode> Deliver(JsonNode request) => Deliver(WhatsAppJson.Bytes(request));

    public async Task<HttpStatusCode> Deliver(byte[] body)
    {
        using var response = await Post(body, Signature(body, secret));
        return response.StatusCode;
    }

    /// <summary>Delivers one message to this number.</summary>
    public Task<HttpStatusCode> DeliverMessage(JsonObject message) => Deliver(WhatsAppJson.Request(WhatsAppJson.Messages(phoneNumberId, message)));

    public Task<HttpStatusCode> DeliverText(string from, string text, string? id = null)
        => DeliverMessage(WhatsAppJson.Text(from, text, id));

    public Task<HttpStatusCode> DeliverStatus(string id, string status, string recipient = "15550100142")
        => Deliver(WhatsAppJson.Request(WhatsAppJson.Statuses(phoneNumberId, WhatsAppJson.Status(id, status, recipient))));

    public async Task<HttpResponseMessage> Post(byte[] body, string? signature, string path = "/webhooks/whatsapp", string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Hub-Signature-256", signature);
        }

        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static string Signature(byte[] body, string secret)
        => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
}
