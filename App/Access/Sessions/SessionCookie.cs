using Inbox.Access.Rights;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Sessions;

/// <summary>The browser's session: a cookie that says who, since when and for which business.</summary>
internal static class SessionCookie
{
    public const string Scheme = "Session";

    public static void Configure(CookieAuthenticationOptions cookie, IOptions<AuthOptions> auth, Callers callers)
    {
        cookie.Cookie.Name = "inbox-session";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.CookieManager = new PrefixedCookies();
        cookie.ExpireTimeSpan = TimeSpan.FromMinutes(auth.Value.SessionMinutes);
        cookie.SlidingExpiration = true;
        cookie.Events.OnValidatePrincipal = async context =>
        {
            // Stricter than Identity's own look once a minute: the rights are read every few seconds anyhow.
            if (await callers.FindAsync(context.Principal!, context.HttpContext.RequestAborted) is null)
            {
                context.RejectPrincipal();
                await context.HttpContext.SignOutAsync(Scheme);
            }
        };
    }
}
