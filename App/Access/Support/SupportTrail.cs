using Inbox.Access.Http;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Support;

/// <summary>Writes down what support looks at: each page and each request, beside the rows that its changes leave like anybody's.</summary>
public sealed class SupportTrail(IDbContextFactory<InboxDb> dbs)
{
    private const int LongestPath = 200;

    /// <param name="caller">Nothing is written for anybody but support.</param>
    /// <param name="method">Of the request; GET for a page.</param>
    /// <param name="path">Without what was searched for: that may be a customer's name.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task NoteAsync(Caller caller, string method, string path, CancellationToken cancellation)
    {
        if (caller.Support is null)
        {
            return;
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        db.Audit(caller, "support.looked", AuditObject.Of("support", caller.Support.GrantId), after: new { Method = method, Path = path.Cut(LongestPath) });
        await db.SaveChangesAsync(cancellation);
    }
}

/// <summary>Requests of support, after they were allowed and before they are answered: what cannot be written down does not happen.</summary>
internal sealed class SupportRequests(RequestDelegate next)
{
    private const string KeepsAlive = "/api/v1/auth/me";

    public async Task InvokeAsync(HttpContext context, CurrentCaller caller, SupportTrail trail)
    {
        if (caller.Value.Support is not null && (context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || Pages.IsWanted(context)) && context.Request.Path != KeepsAlive)
        {
            await trail.NoteAsync(caller.Value, context.Request.Method, context.Request.Path, context.RequestAborted);
        }

        await next(context);
    }
}
