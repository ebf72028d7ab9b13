using System.Security.Cryptography;
using System.Text;
using Inbox.Access.Keys;
using Inbox.Tenancy;

namespace Inbox.Access.Http.Idempotency;

/// <summary>
/// Tells two requests apart by method, address and body. A body may hold a password, so this is no plain hash, which
/// whoever reads the database could try passwords against: it takes a key of the installation to make it.
/// </summary>
public sealed class RequestFingerprint
{
    private const int InMemory = 64 * 1024;

    private readonly KeyRing _keys;
    private readonly byte[] _request;

    private RequestFingerprint(KeyRing keys, byte[] request)
    {
        _keys = keys;
        _request = request;
        Current = With(keys.Current);
    }

    /// <summary>HMAC-SHA-256 with the current key, hex.</summary>
    public string Current { get; }

    /// <summary>Reads the body and leaves it to be read again.</summary>
    /// <param name="caller">With other rights it is another request: an answer shows what its caller might see then.</param>
    public static async Task<RequestFingerprint> OfAsync(KeyRing keys, HttpRequest request, Caller caller, CancellationToken cancellation)
    {
        request.EnableBuffering(InMemory);
        var body = await SHA256.HashDataAsync(request.Body, cancellation);
        request.Body.Position = 0;
        var rights = string.Join(' ', caller.Rights.OrderBy(right => right.Key, StringComparer.Ordinal).Select(right => $"{right.Key}={right.Value}"));
        return new RequestFingerprint(keys, [.. Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n{rights}\n"), .. body]);
    }

    /// <summary>Whether the kept one is of the same request, also when a key was current then that is not any more.</summary>
    public bool Is(string kept) => kept == Current || _keys.All.Any(key => kept == With(key));

    private string With(EncryptionKey key)
        => Convert.ToHexStringLower(HMACSHA256.HashData(HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes, 32, info: "idempotent-request"u8.ToArray()), _request));
}
