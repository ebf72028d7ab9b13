using System.Security.Cryptography;

namespace Inbox.Access.Http;

/// <summary>Lets one page run its inline import map. Only a page that asks has a nonce in its policy.</summary>
public static class ScriptNonce
{
    private static readonly object Key = new();

    public static string Of(HttpContext http)
    {
        if (Find(http) is not { } nonce)
        {
            http.Items[Key] = nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        }

        return nonce;
    }

    internal static string? Find(HttpContext http) => http.Items.TryGetValue(Key, out var nonce) ? (string?)nonce : null;
}
