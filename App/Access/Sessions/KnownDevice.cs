using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Inbox.Access.Sessions;

/// <summary>
/// A browser that has signed in before carries a cookie with the accounts it knows. Its wrong passwords are counted
/// apart, so that strangers behind the same address do not lock it out.
/// </summary>
public sealed class KnownDevice(IDataProtectionProvider protection)
{
    private const string Cookie = "inbox-device";
    private const int MostAccounts = 5;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);

    private readonly IDataProtector _protector = protection.CreateProtector("known-device");

    /// <returns>The device's id when it has signed in to the account before.</returns>
    public string? Find(HttpContext http, long userId) => Read(http) is { } device && device.Accounts.Contains(userId) ? device.Id : null;

    public void Remember(HttpContext http, long userId)
    {
        var (id, accounts) = Read(http) ?? (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), []);
        var all = accounts.Where(account => account != userId).Prepend(userId).Take(MostAccounts);
        http.Response.Cookies.Append(
            PrefixedCookies.Name(http, Cookie),
            _protector.Protect($"{id}:{string.Join(',', all)}"),
            new CookieOptions { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Lax, MaxAge = Lifetime, IsEssential = true, Path = "/" });
    }

    private (string Id, IReadOnlyList<long> Accounts)? Read(HttpContext http)
    {
        if (http.Request.Cookies[PrefixedCookies.Name(http, Cookie)] is not { Length: > 0 } cookie)
        {
            return null;
        }

        try
        {
            var parts = _protector.Unprotect(cookie).Split(':');
            return (parts[0], [.. parts[1].Split(',').Select(account => long.Parse(account, CultureInfo.InvariantCulture))]);
        }
        catch (CryptographicException)
        {
            return null;   // changed, or from before the keys were replaced
        }
    }
}
