using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Inbox.Access.Keys;

namespace Inbox.Triggers.Webhooks;

/// <summary>The signature of Standard Webhooks (specification 1.0.0, "Symmetric"): HMAC-SHA256 over id, timestamp and body.</summary>
public static class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int Size = 32;

    public static string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Size));

    /// <returns>The value of <c>webhook-signature</c> for one secret.</returns>
    public static string Sign(string secret, string messageId, DateTimeOffset at, string body)
    {
        var signed = string.Create(CultureInfo.InvariantCulture, $"{messageId}.{at.ToUnixTimeSeconds()}.{body}");
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[Prefix.Length..]), Encoding.UTF8.GetBytes(signed)))}";
    }

    internal static SecretPlace Place(OutgoingWebhook webhook) => Place(webhook, nameof(OutgoingWebhook.Secret));

    internal static SecretPlace PreviousPlace(OutgoingWebhook webhook) => Place(webhook, nameof(OutgoingWebhook.PreviousSecret));

    private static SecretPlace Place(OutgoingWebhook webhook, string column)
        => new(webhook.TenantId, "OutgoingWebhooks", column, webhook.Id)
        {
            Earlier = string.Create(CultureInfo.InvariantCulture, $"webhook|{webhook.TenantId}|{webhook.Id}"),
        };
}
