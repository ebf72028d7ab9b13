using System.Security.Cryptography;
using System.Text;

namespace Inbox.Tests.Benchmarks.Load;

/// <summary>Signed WhatsApp webhooks as bytes for the socket, made before the clock starts.</summary>
internal sealed class Requests
{
    private readonly byte[][] _all;

    public Requests(LoadOptions options)
    {
        _all = new byte[options.Count][];
        var key = Encoding.UTF8.GetBytes(options.Secret);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Parallel.For(0, options.Count, i => _all[i] = Make(options, key, now, i));
    }

    public int Count => _all.Length;

    public byte[] this[int index] => _all[index];

    private static byte[] Make(LoadOptions options, byte[] key, long now, int index)
    {
        var (field, part) = options.Kind switch
        {
            LoadKind.Mix => ("messages", WebhookMix.PartOf(options, index, now)),
            LoadKind.Echo => ("smb_message_echoes", WebhookMix.Echo(options, index, now)),
            _ => ("messages", WebhookMix.Message(options, index, now, WebhookMix.Text(index))),
        };
        var body = Encoding.UTF8.GetBytes(
            $$$"""
            {"object":"whatsapp_business_account","entry":[{"id":"1234567890987654321","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100100","phone_number_id":"{{{options.PhoneNumberId}}}"},{{{part}}}},"field":"{{{field}}}"}]}]}
            """);
        var head = Encoding.ASCII.GetBytes(
            $"POST /webhooks/whatsapp HTTP/1.1\r\nHost: {options.Host}:{options.Port}\r\nContent-Type: application/json\r\n"
            + $"X-Hub-Signature-256: sha256={Convert.ToHexStringLower(HMACSHA256.HashData(key, body))}\r\nContent-Length: {body.Length}\r\n\r\n");
        return [.. head, .. body];
    }
}
