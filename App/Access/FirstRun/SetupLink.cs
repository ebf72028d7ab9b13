using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Inbox.Access.FirstRun;

/// <summary>The one-time token of the set-up page, made by this process and known to whoever reads its output.</summary>
public sealed class SetupLink
{
    private readonly byte[] _token = RandomNumberGenerator.GetBytes(32);

    public string Path => $"/setup?token={Token}";

    public bool IsRight(string? token)
        => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token ?? "")), SHA256.HashData(Encoding.UTF8.GetBytes(Token)));

    private string Token => Base64Url.EncodeToString(_token);
}
