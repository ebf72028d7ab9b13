using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Inbox.Media;

/// <summary>
/// Links to single files for whoever holds them and for an hour: platforms that take files by address only fetch them so.
/// </summary>
public sealed class MediaLinks(IDataProtectionProvider protection)
{
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(1);

    private readonly ITimeLimitedDataProtector _tokens = protection.CreateProtector("Inbox.Media.Link").ToTimeLimitedDataProtector();

    /// <returns>A path of this site.</returns>
    public string PathOf(long tenantId, long fileId) => $"media/{_tokens.Protect(string.Create(CultureInfo.InvariantCulture, $"{tenantId}:{fileId}"), Lasts)}";

    /// <returns>Null for a token that is not ours or whose time is over.</returns>
    public (long TenantId, long FileId)? Read(string token)
    {
        try
        {
            var parts = _tokens.Unprotect(token).Split(':');
            return (long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
