using Microsoft.AspNetCore.Authentication.Cookies;

namespace Inbox.Access.Sessions;

/// <summary>
/// On https a cookie's name starts with <c>__Host-</c>, which browsers accept only with Secure, without a domain and for
/// the whole site. On plain http they would refuse it, so there it goes without. Neither is accepted for the other.
/// </summary>
internal sealed class PrefixedCookies : ICookieManager
{
    private readonly ChunkingCookieManager _cookies = new();

    public static string Name(HttpContext context, string key) => context.Request.IsHttps ? $"__Host-{key}" : key;

    public string? GetRequestCookie(HttpContext context, string key) => _cookies.GetRequestCookie(context, Name(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options)
        => _cookies.AppendResponseCookie(context, Name(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options)
        => _cookies.DeleteCookie(context, Name(context, key), options);
}
