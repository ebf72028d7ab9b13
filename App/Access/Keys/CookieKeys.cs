using System.Security.Cryptography;
using System.Xml.Linq;
using Inbox.Data;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Keys;

/// <summary>Keeps the keys of cookies and form tokens in the database, where all nodes find them.</summary>
internal sealed class CookieKeys(IServiceScopeFactory scopes) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var scope = scopes.CreateScope();
        using var db = scope.ServiceProvider.GetRequiredService<InboxDb>();
        return [.. db.Set<DataProtectionKey>().Select(key => key.Xml).AsEnumerable().Select(Parse)];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var scope = scopes.CreateScope();
        using var db = scope.ServiceProvider.GetRequiredService<InboxDb>();
        db.Add(new DataProtectionKey { Name = friendlyName, Xml = System.Text.Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting)) });
        db.SaveChanges();
    }

    /// <summary>The elements that are closed stand in the middle of the XML, so the column is no box as others are.</summary>
    internal static async Task<Resealed> ResealAsync(InboxDb db, SecretBox box, CancellationToken cancellation)
    {
        var sum = default(Resealed);
        foreach (var key in await db.Set<DataProtectionKey>().ToListAsync(cancellation))
        {
            var xml = Parse(key.Xml);
            foreach (var part in xml.Descendants(CookieKeyEncryptor.Element).ToList())
            {
                try
                {
                    if (box.Reseal(Convert.FromBase64String(part.Value), CookieKeyDecryptor.Purpose) is { } again)
                    {
                        part.Value = Convert.ToBase64String(again);
                        key.Xml = System.Text.Encoding.UTF8.GetBytes(xml.ToString(SaveOptions.DisableFormatting));
                        sum += new Resealed(1, 0);
                    }
                }
                catch (CryptographicException)
                {
                    sum += new Resealed(0, 1);
                }
            }
        }

        return sum;
    }

    internal static XElement Parse(byte[] xml) => XElement.Parse(System.Text.Encoding.UTF8.GetString(xml));
}

/// <summary>The secret part of such a key is encrypted with the installation's key.</summary>
internal sealed class CookieKeyEncryptor(SecretBox box) : IXmlEncryptor
{
    internal const string Element = "sealed";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
        => new(
            new XElement(Element, Convert.ToBase64String(box.Protect(plaintextElement.ToString(SaveOptions.DisableFormatting), CookieKeyDecryptor.Purpose))),
            typeof(CookieKeyDecryptor));
}

/// <summary>Made by the data protection system, which finds it by the name stored with the key.</summary>
internal sealed class CookieKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    internal const string Purpose = "data-protection-key";

    public XElement Decrypt(XElement encryptedElement)
        => XElement.Parse(services.GetRequiredService<SecretBox>().Unprotect(Convert.FromBase64String(encryptedElement.Value), Purpose));
}
