using System.Collections.Frozen;
using Inbox.Access.Http;

namespace Inbox.Operations;

/// <summary>
/// Addresses that clients of the older services call, rewritten onto ours before routing: same handler, same rights. Only
/// there are unknown fields of a body ignored. A browser that wants a page is not meant: screens have the same words.
/// </summary>
public static class OlderAddresses
{
    /// <summary>A whole address or the beginning of one. No row begins another.</summary>
    internal static readonly (PathString From, PathString To)[] Table =
    [
        ("/auth/register", "/api/v1/auth/register"),
        ("/auth/token", "/api/v1/auth/token"),
        ("/auth/me", "/api/v1/auth/me"),
        ("/api/auth/register", "/api/v1/auth/register"),
        ("/api/auth/login", "/api/v1/auth/login"),
        ("/api/auth/refresh", "/api/v1/auth/refresh"),
        ("/api/auth/me", "/api/v1/auth/me"),
        ("/auth/users", "/api/v1/users"),
        ("/businesses", "/api/v1/businesses"),
        ("/api/stages", "/api/v1/stages"),
        ("/api/conversations", "/api/v1/conversations"),
        ("/messages/send", "/api/v1/messages/send"),
        ("/whatsapp/webhook", "/webhooks/whatsapp"),
        ("/api/v1/webhook/whatsapp", "/webhooks/whatsapp"),
        ("/api/v1/webhook/instagram", "/webhooks/instagram"),
        ("/webhooks/facebook", "/webhooks/messenger"),
        ("/api/v1/messenger", "/webhooks/messenger"),
        ("/api/channels/gmail/callback", "/api/v1/channels/gmail/callback"),
        ("/api/channels/slack/callback", "/api/v1/channels/slack/callback"),
        ("/bots", "/api/v1/bots"),
        ("/whatsapp/send", "/api/v1/whatsapp/send"),
        ("/whatsapp/messages", "/api/v1/whatsapp/messages"),
        ("/flows/execute", "/api/v1/flows/execute"),
        ("/flows/executions", "/api/v1/flows/executions"),
        ("/flows/statistics", "/api/v1/flows/statistics"),
        ("/flows/contacts", "/api/v1/flows/contacts"),
        ("/triggers", "/api/v1/triggers"),
    ];

    /// <summary>Each request is looked up here, so by its few beginnings and not by every row.</summary>
    private static readonly FrozenDictionary<string, PathString>.AlternateLookup<ReadOnlySpan<char>> ByBeginning = Table
        .ToFrozenDictionary(row => row.From.Value!, row => row.To, StringComparer.OrdinalIgnoreCase)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    public static void UseOlderAddresses(this IApplicationBuilder app)
        => app.Use((context, next) =>
        {
            if (Pages.IsWanted(context))
            {
                return next(context);
            }

            if (context.Request.Path == "/")
            {
                // Who asks the root for anything but a page wants to know what answers here.
                context.Request.Path = About.Path;
            }
            else if (Canonical(context.Request.Path) is { } canonical)
            {
                context.Request.Path = canonical;
                OlderAddress.Mark(context);
            }

            return next(context);
        });

    /// <returns>Null for an address that is none of the older ones.</returns>
    internal static PathString? Canonical(PathString asked)
    {
        var path = (asked.Value ?? "").AsSpan();
        for (var end = 1; end <= path.Length; end++)
        {
            if ((end == path.Length || path[end] == '/') && ByBeginning.TryGetValue(path[..end], out var to))
            {
                return to + new PathString(path[end..].ToString());
            }
        }

        return null;
    }
}
