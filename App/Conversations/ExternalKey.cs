using System.Security.Cryptography;
using System.Text;

namespace Inbox.Conversations;

/// <summary>A platform's id as it is stored: itself, or, where it is longer than the column, its hash. Nothing well signed is lost for a long id.</summary>
internal static class ExternalKey
{
    private const int Longest = 200;

    public static string Of(string id)
        => id.Length <= Longest ? id : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}";
}
