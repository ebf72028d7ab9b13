using Inbox.Access.Http;

namespace Inbox.Operations;

/// <summary>
/// Addresses that clients of the older services call, rewritten onto ours before routing: same handler, same rights. Only
/// there are unknown fields of a body ignored.
/// </summary>
public static class OlderAddresses
{
    /// <summary>No prefix begins another.</summary>
    private static readonly (PathString From, PathString To)[] Table =
    [
        ("/businesses", "/api/v1/businesses"),
        ("/auth/register", "/api/v1/auth/register"),
        ("/auth/token", "/api/v1/auth/token"),
        ("/auth/me", "/api/v1/auth/me"),
        ("/api/auth/register", "/api/v1/auth/register"),
        ("/api/auth/login", "/api/v1/auth/login"),
        ("/api/auth/refresh", "/api/v1/auth/refresh"),
        ("/api/auth/me", "/api/v1/auth/me"),
        ("/api/conversations", "/api/v1/conversations"),
        ("/whatsapp/webhook", "/webhooks/whatsapp"),
        ("/api/v1/webhook/whatsapp", "/webhooks/whatsapp"),
    ];

    public static void UseOlderAddresses(this IApplicationBuilder app)
        => app.Use((context, next) =>
        {
            foreach (var (from, to) in Table)
            {
                if (context.Request.Path.StartsWithSegments(from, StringComparison.OrdinalIgnoreCase, out var rest))
                {
                    context.Request.Path = to + rest;
                    OlderAddress.Mark(context);
                    break;
                }
            }

            return next(context);
        });
}
