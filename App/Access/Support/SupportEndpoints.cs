using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Support;

internal static class SupportEndpoints
{
    /// <param name="company">The group of the company profile.</param>
    public static void MapSupport(this IEndpointRouteBuilder company)
    {
        company.MapGet("/support", ListAsync).WithSummary("Lists when those who run the installation were let into the business, the newest first").RequireAuthorization(CompanyPermissions.Entry);
        company.MapPost("/support", GrantAsync).WithSummary("Lets those who run the installation in for some hours; an owner does")
            .RequireAuthorization(CompanyPermissions.Entry).Refuses("invalid_body", "invalid_value", "person_needed", "owner_required", "reauthentication_required");
        company.MapDelete("/support", EndAsync).WithSummary("Shows them out at once")
            .RequireAuthorization(CompanyPermissions.Entry).Refuses("person_needed", "owner_required", "support_not_allowed");
    }

    public static void MapSupportDoor(this IEndpointRouteBuilder app)
    {
        app.MapPost("/enter-business", EnterAsync).RequireAuthorization(Policies.Installation).WithTags("Installation")
            .WithSummary("Goes on in a business that lets support in; a form of the installation page").Refuses("business_not_found");
        app.MapPost("/leave-business", LeaveAsync).RequireAuthorization(Policies.SignedIn).WithTags("Installation")
            .WithSummary("Support goes back to its own business; a form of the banner");
    }

    private static async Task<Ok<ListOf<SupportView>>> ListAsync(Caller caller, SupportGrants grants, TimeProvider clock, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<SupportView>([.. (await grants.ListAsync(caller, cancellation)).Select(grant => SupportView.Of(grant, clock.GetUtcNow().UtcDateTime))], null));

    private static async Task<Created<SupportView>> GrantAsync(Body<SupportRequest> body, Caller caller, SupportGrants grants, TimeProvider clock, CancellationToken cancellation)
    {
        var grant = await grants.GrantAsync(caller, new NewSupportGrant(body.Value.Hours, body.Value.MayChange, body.Value.Reason), cancellation);
        return TypedResults.Created("/api/v1/company-profile/support", SupportView.Of(grant, clock.GetUtcNow().UtcDateTime));
    }

    private static async Task<NoContent> EndAsync(Caller caller, SupportGrants grants, CancellationToken cancellation)
    {
        await grants.EndAsync(caller, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<RedirectHttpResult> EnterAsync([FromForm] long business, HttpContext http, Caller caller, SupportGrants grants, BrowserSessions sessions, CancellationToken cancellation)
        => (await grants.OpenAsync(caller, cancellation)).ContainsKey(business)
            ? TypedResults.LocalRedirect(await sessions.SwitchAsync(http, business, PersonOf(caller)))
            : throw RefusedException.NotFound("business");

    private static async Task<RedirectHttpResult> LeaveAsync(HttpContext http, Caller caller, IDbContextFactory<InboxDb> dbs, BrowserSessions sessions, CancellationToken cancellation)
    {
        if (caller.Support is null)
        {
            return TypedResults.LocalRedirect(Pages.Home);
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // The person's own belongings, over all businesses.
        var own = await db.Set<Membership>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.UserId == caller.UserId && row.Status == MemberStatus.Active)
            .OrderBy(row => row.Id).Select(row => row.TenantId).FirstOrDefaultAsync(cancellation);
        // Their own business may ask for a code first.
        var next = await sessions.SwitchAsync(http, own, PersonOf(caller));
        return TypedResults.LocalRedirect(next == Pages.Home ? "/installation" : next);
    }

    private static string PersonOf(Caller caller) => caller.Support?.Person ?? caller.Name;
}

/// <param name="Hours">How long they may come in.</param>
/// <param name="MayChange">False: they only look.</param>
/// <param name="Reason">What it is about, for them.</param>
public sealed record SupportRequest([property: Required, Range(1, SupportGrants.MostHours)] int Hours, bool MayChange = false, [property: StringLength(SupportGrant.LongestReason)] string? Reason = null);

/// <param name="Stands">They may come in now.</param>
public sealed record SupportView(long Id, string GrantedBy, bool MayChange, string? Reason, DateTime CreatedAt, DateTime ExpiresAt, DateTime? EndedAt, bool Stands)
{
    public static SupportView Of(SupportGrant grant, DateTime now)
        => new(grant.Id, grant.GrantedByName, grant.MayChange, grant.Reason, grant.CreatedAt, grant.ExpiresAt, grant.EndedAt, grant.StandsAt(now));
}
