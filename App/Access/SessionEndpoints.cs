using Inbox.Access.People;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access;

public static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        // A form of the menu. Anonymous, so that a session that ended meanwhile leads to the same page.
        app.MapPost("/sign-out", SignOutAsync).AllowAnonymous().WithMetadata(new RequireAntiforgeryTokenAttribute())
            .WithTags("Sessions").WithSummary("Ends the browser's session");

        app.MapGet("/api/v1/auth/me", MeAsync).RequireAuthorization(Policies.SignedIn)
            .WithTags("Sessions").WithSummary("Who calls, for which business, with which rights; keeps the session of an open page alive").ProducesProblem(401);
    }

    private static async Task SignOutAsync(HttpContext http, BrowserSessions sessions)
    {
        // The framework refuses by itself only where a form is bound. A session that ended has nothing to protect.
        if (http.User.Identity?.IsAuthenticated == true && http.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: true })
        {
            throw new BadHttpRequestException("The form has no valid token. Load the page again.");
        }

        await sessions.EndAsync(http);
        http.Response.Redirect("/sign-in");
    }

    private static async Task<MeView> MeAsync(Caller caller, Accounts accounts, IDbContextFactory<InboxDb> dbs, CancellationToken cancellation)
    {
        var account = caller.UserId is { } userId ? await accounts.FindAsync(userId, caller.TenantId, cancellation) : null;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var slug = await db.Set<Tenant>().Where(tenant => tenant.Id == caller.TenantId).Select(tenant => tenant.Slug).SingleOrDefaultAsync(cancellation);
        var departments = await db.Set<Department>().Where(department => caller.Departments.Contains(department.Id))
            .OrderBy(department => department.Name)
            .Select(department => new UserDepartmentView(
                department.Id, department.Name, db.Set<DepartmentMember>().Any(place => place.DepartmentId == department.Id && place.UserId == caller.UserId && place.IsLead)))
            .ToListAsync(cancellation);
        return new MeView(
            caller.UserId, account?.Email, account?.Username, caller.Name, slug, account?.Roles ?? [], account?.IsActive ?? true, account?.CreatedAt,
            [.. caller.Permissions.Order(StringComparer.Ordinal)], departments);
    }
}

/// <param name="Id">Null for a key.</param>
/// <param name="TenantId">The slug of the active business.</param>
/// <param name="CreatedAt">When the person joined the business; null for a key.</param>
public sealed record MeView(
    long? Id, string? Email, string? Username, string FullName, string? TenantId, IReadOnlyList<string> Roles, bool IsActive, DateTime? CreatedAt,
    IReadOnlyList<string> Permissions, IReadOnlyList<UserDepartmentView> Departments);
