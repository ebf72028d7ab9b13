using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Access.Company;

public static class DepartmentHoursEndpoints
{
    public static void MapDepartmentHours(this IEndpointRouteBuilder app)
    {
        var hours = app.MapGroup("/api/v1/departments/{id:long}/business-hours").WithTags("Departments").RequireAuthorization(CompanyPermissions.Read)
            .Refuses("unauthorized", "forbidden", "rate_limited", "department_not_found");

        hours.MapGet("/", ReadAsync).WithSummary("Shows when a department is open; without hours of its own it goes by the business");
        hours.MapPut("/", WriteAsync).WithSummary("Gives a department hours of its own").RequireAuthorization(CompanyPermissions.Write)
            .Refuses("invalid_body", "changed_meanwhile", "version_stale", "invalid_value");
        hours.MapDelete("/", RemoveAsync).WithSummary("Takes a department's own hours away: it goes by the business again").RequireAuthorization(CompanyPermissions.Write)
            .Refuses("changed_meanwhile", "version_stale");
    }

    private static async Task<WithVersion<Ok<DepartmentHoursView>>> ReadAsync(long id, Caller caller, OpeningHours hours, TimeProvider clock, CancellationToken cancellation)
        => Answer(id, await hours.ReadAsync(caller, Department(id), cancellation), clock);

    private static async Task<WithVersion<Ok<DepartmentHoursView>>> WriteAsync(
        long id, IfMatch match, Body<DepartmentHoursChange> body, Caller caller, OpeningHours hours, TimeProvider clock, CancellationToken cancellation)
        => Answer(id, await hours.WriteAsync(caller, Department(id), body.Value.BusinessHours, body.Value.TimeZone, match.Check, cancellation), clock);

    private static async Task<NoContent> RemoveAsync(long id, IfMatch match, Caller caller, OpeningHours hours, CancellationToken cancellation)
    {
        await hours.RemoveAsync(caller, Department(id), match.Check, cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>The number that stands for the whole business is no department.</summary>
    private static long Department(long id) => id == WorkingHours.WholeBusiness ? throw RefusedException.NotFound("department") : id;

    private static WithVersion<Ok<DepartmentHoursView>> Answer(long id, SetHours set, TimeProvider clock)
        => TypedResults.Ok(DepartmentHoursView.Of(id, set, clock.GetUtcNow().UtcDateTime)).WithVersion(set.Version);
}

/// <param name="TimeZone">IANA name; left out for the zone of the business.</param>
public sealed record DepartmentHoursChange([property: Required] HoursView BusinessHours, string? TimeZone = null);

/// <param name="IsOwn">false: the department goes by the business.</param>
/// <param name="OpensAt">The next opening; null while open, and when it does not open within a year.</param>
/// <param name="ClosesAt">The next closing; null while closed, and when it never closes.</param>
public sealed record DepartmentHoursView(long DepartmentId, bool IsOwn, string TimeZone, HoursView BusinessHours, bool IsOpen, DateTime? OpensAt, DateTime? ClosesAt)
{
    public static DepartmentHoursView Of(long id, SetHours set, DateTime now)
    {
        var isOpen = set.Hours.IsOpenAt(now);
        return new DepartmentHoursView(
            id, set.IsOwn, set.TimeZone, HoursView.Of(set.Hours), isOpen, isOpen ? null : set.Hours.NextOpening(now), isOpen ? set.Hours.NextClosing(now) : null);
    }
}
