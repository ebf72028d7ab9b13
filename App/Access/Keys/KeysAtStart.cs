using System.Security.Cryptography;
using System.Xml.Linq;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Keys;

/// <summary>
/// Refuses to start with another key-encryption key than the database was written with: everybody would be signed out
/// and every channel lose its credentials, and on two nodes with a key each, now and then.
/// </summary>
public sealed class KeysAtStart(IServiceScopeFactory scopes, SecretBox box, DataKeys keys)
{
    /// <summary>Opens the keys of the businesses, too.</summary>
    /// <exception cref="StartRefusedException">The keys do not fit the database.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<InboxDb>();
        if (!await OpensCookieKeysAsync(db, cancellation) || !await keys.OpenAllAsync(db, cancellation))
        {
            throw new StartRefusedException(
                "The secrets in this database were encrypted with another key. Put back the file keys/kek of the data directory, or give that key as Inbox:Keys:KeyEncryptionKey (or among Inbox:Keys:PreviousKeys).");
        }
    }

    private async Task<bool> OpensCookieKeysAsync(InboxDb db, CancellationToken cancellation)
    {
        if (await db.Set<DataProtectionKey>().OrderByDescending(key => key.Id).Select(key => key.Xml).FirstOrDefaultAsync(cancellation) is not { } xml)
        {
            return true;
        }

        try
        {
            foreach (var sealedPart in CookieKeys.Parse(xml).Descendants(CookieKeyEncryptor.Element))
            {
                box.Unprotect(Convert.FromBase64String(sealedPart.Value), CookieKeyDecryptor.Purpose);
            }

            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
