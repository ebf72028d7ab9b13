using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Inbox.Tests.Benchmarks.Load;

/// <summary>Signed WhatsApp text webhooks as bytes for the socket, made before the clock starts.</summary>
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

    public static string IdOf(string run, int index) => string.Create(CultureInfo.InvariantCulture, $"wamid.{run}.{index}");

    private static byte[] Make(LoadOptions options, byte[] key, long now, int index)
    {
        // Spread over the contacts so that neighbours in time are different people, as on a real number.
        var contact = (int)((index * 7919L) % options.Contacts);
        var from = string.Create(CultureInfo.InvariantCulture, $"1555{contact:0000000}");
        var body = Encoding.UTF8.GetBytes(
            $$$"""
            {"object":"whatsapp_business_account","entry":[{"id":"1234567890987654321","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100100","phone_number_id":"{{{options.PhoneNumberId}}}"},"contacts":[{"profile":{"name":"Customer {{{contact}}}"},"wa_id":"{{{from}}}"}],"messages":[{"from":"{{{from}}}","id":"{{{IdOf(options.Run, index)}}}","timestamp":"{{{now}}}","text":{"body":"Message {{{index}}}: is the blue one still there, and what would the delivery cost?"},"type":"text"}]},"field":"messages"}]}]}
            """);
        var head = Encoding.ASCII.GetBytes(
            $"POST /webhooks/whatsapp HTTP/1.1\r\nHost: {options.Host}:{options.Port}\r\nContent-Type: application/json\r\n"
            + $"X-Hub-Signature-256: sha256={Convert.ToHexStringLower(HMACSHA256.HashData(key, body))}\r\nContent-Length: {body.Length}\r\n\r\n");
        return [.. head, .. body];
    }
}
