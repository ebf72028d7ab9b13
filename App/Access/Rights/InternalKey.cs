using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Inbox.Access.Rights;

/// <summary>The key by which programs of a business call the API. It is shown once; the database holds its hash.</summary>
public static class InternalKey
{
    private const string Prefix = "ibx_";

    public static string New() => $"{Prefix}{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";

    /// <summary>Other tokens, such as a visitor's, need no look into the database.</summary>
    public static bool IsShaped(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
