using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.People;

public static class UserEndpoints
{
    internal const int LongestName = 200;

    public static void MapUsers(this IEndpointRouteBuilder app)
    {
        var people = app.MapGroup("/api/v1/users").WithTags("Users").RequireAuthorization(PeoplePermissions.Read).ProducesProblem(401).ProducesProblem(403);

        people.MapGet("/", ListAsync).WithSummary("Lists the people of the business, who joined last first").ProducesProblem(400);
        people.MapGet("/{id:long}", FindAsync).WithSummary("Shows a person").ProducesProblem(404);
        people.MapPost("/", CreateAsync).WithSummary("Makes an account with a first password").RequireAuthorization(PeoplePermissions.Write)
            .ProducesProblem(400).ProducesProblem(409).ProducesProblem(422);
        people.MapPut("/{id:long}", ChangeAsync).WithSummary("Changes name, roles, departments and whether the person may enter; what is left out stays")
            .RequireAuthorization(PeoplePermissions.Write).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        people.MapDelete("/{id:long}", RemoveAsync).WithSummary("Takes a person out of the team; restore brings them back. Open conversations go to assignee_id or department_id, else they wait for whoever is free")
            .RequireAuthorization(PeoplePermissions.Write).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        people.MapPost("/{id:long}/restore", RestoreAsync).WithSummary("Brings a removed person back").RequireAuthorization(PeoplePermissions.Write).ProducesProblem(404);
        people.MapPost("/{id:long}/disable", DisableAsync).WithSummary("Lets a person not enter any more; sessions end at once. Open conversations go to assignee_id or department_id, else they wait for whoever is free")
            .RequireAuthorization(PeoplePermissions.Write).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        people.MapPost("/{id:long}/enable", EnableAsync).WithSummary("Lets a disabled person enter again").RequireAuthorization(PeoplePermissions.Write).ProducesProblem(404);
    }

    private static async Task<Ok<ListOf<UserView>>> ListAsync(
        Caller caller, MemberLists lists, TenantSlugs slugs, CancellationToken cancellation,
        string? q = null, string? status = null, long? department = null, long? role = null, int limit = 50, string? cursor = null)
    {
        MemberStatus? wanted = status switch
        {
            null => null,
            "active" => MemberStatus.Active,
            "disabled" => MemberStatus.Disabled,
            "deleted" => MemberStatus.Deleted,
            _ => throw new RefusedException("invalid_value", "status is active, disabled or deleted.", StatusCodes.Status400BadRequest, "status"),
        };
        var page = await lists.PageAsync(caller, new MemberFilter(q, wanted, department, role), Paging.After(cursor), Paging.Limit(limit), cancellation);
        var slug = await slugs.FindAsync(caller.TenantId, cancellation);
        return TypedResults.Ok(new ListOf<UserView>([.. page.Items.Select(row => UserView.Of(row, slug))], page.NextCursor));
    }

    private static async Task<WithVersion<Ok<UserView>>> FindAsync(long id, Caller caller, MemberLists lists, TenantSlugs slugs, CancellationToken cancellation)
        => await ViewAsync(await lists.FindAsync(caller, id, cancellation) ?? throw RefusedException.NotFound("user"), caller, slugs, cancellation);

    private static async Task<Created<UserView>> CreateAsync(
        Body<NewUserRequest> body, Caller caller, NewMembers members, RoleNames names, TenantSlugs slugs, CancellationToken cancellation)
    {
        var wanted = body.Value;
        var row = await members.CreateAsync(
            caller,
            new NewMember(wanted.Email, wanted.FullName, wanted.Password, await names.IdsAsync(wanted.Roles, cancellation), PlaceRequest.Places(wanted.Departments) ?? [], wanted.Username),
            cancellation);
        return TypedResults.Created($"/api/v1/users/{row.UserId}", UserView.Of(row, await slugs.FindAsync(caller.TenantId, cancellation)));
    }

    private static async Task<WithVersion<Ok<UserView>>> ChangeAsync(
        long id, IfMatch match, Body<UserChangeRequest> body, Caller caller, Members members, RoleNames names, TenantSlugs slugs, CancellationToken cancellation)
    {
        var change = body.Value;
        var roles = change.Roles is null ? null : await names.IdsAsync(change.Roles, cancellation);
        return await ViewAsync(
            await members.ChangeAsync(caller, id, new MemberChange(roles, PlaceRequest.Places(change.Departments), change.IsActive, Name: change.FullName, UserName: change.Username, Check: match.Check), cancellation), caller, slugs, cancellation);
    }

    private static async Task<NoContent> RemoveAsync(
        long id, Caller caller, Members members, CancellationToken cancellation,
        [FromQuery(Name = "assignee_id")] long? assigneeId = null, [FromQuery(Name = "department_id")] long? departmentId = null)
    {
        await members.RemoveAsync(caller, id, cancellation, SuccessorOf(assigneeId, departmentId));
        return TypedResults.NoContent();
    }

    private static async Task<WithVersion<Ok<UserView>>> RestoreAsync(long id, Caller caller, Members members, TenantSlugs slugs, CancellationToken cancellation)
        => await ViewAsync(await members.RestoreAsync(caller, id, cancellation), caller, slugs, cancellation);

    private static async Task<WithVersion<Ok<UserView>>> DisableAsync(
        long id, Caller caller, Members members, TenantSlugs slugs, CancellationToken cancellation,
        [FromQuery(Name = "assignee_id")] long? assigneeId = null, [FromQuery(Name = "department_id")] long? departmentId = null)
        => await ViewAsync(
            await members.ChangeAsync(caller, id, new MemberChange(IsActive: false, Successor: SuccessorOf(assigneeId, departmentId)), cancellation), caller, slugs, cancellation);

    private static Successor SuccessorOf(long? assigneeId, long? departmentId)
        => assigneeId is not null && departmentId is not null
            ? throw new RefusedException("invalid_value", "Open conversations go to a colleague or to a department, not to both.", StatusCodes.Status400BadRequest, "assignee_id")
            : new Successor(assigneeId, departmentId);

    private static async Task<WithVersion<Ok<UserView>>> EnableAsync(long id, Caller caller, Members members, TenantSlugs slugs, CancellationToken cancellation)
        => await ViewAsync(await members.ChangeAsync(caller, id, new MemberChange(IsActive: true), cancellation), caller, slugs, cancellation);

    private static async Task<WithVersion<Ok<UserView>>> ViewAsync(MemberRow row, Caller caller, TenantSlugs slugs, CancellationToken cancellation)
        => TypedResults.Ok(UserView.Of(row, await slugs.FindAsync(caller.TenantId, cancellation))).WithVersion(row.Version);
}

/// <param name="Roles">Names of roles; the built-in ones by their key, for example <c>agent</c>.</param>
/// <param name="Username">To sign in by, beside the e-mail.</param>
public sealed record NewUserRequest(
    [property: Required, StringLength(254)] string Email,
    [property: Required, StringLength(UserEndpoints.LongestName, MinimumLength = 1)] string FullName,
    [property: Required] string Password,
    [property: Required, MinLength(1), MaxLength(20)] IReadOnlyList<string> Roles,
    [property: MaxLength(200)] IReadOnlyList<PlaceRequest>? Departments = null,
    [property: StringLength(UserName.Longest, MinimumLength = UserName.Shortest)] string? Username = null);

public sealed record UserChangeRequest(
    [property: MinLength(1), MaxLength(20)] IReadOnlyList<string>? Roles = null,
    [property: MaxLength(200)] IReadOnlyList<PlaceRequest>? Departments = null,
    bool? IsActive = null,
    [property: StringLength(UserEndpoints.LongestName, MinimumLength = 1)] string? FullName = null,
    [property: StringLength(UserName.Longest, MinimumLength = UserName.Shortest)] string? Username = null);

/// <summary>A department of a person.</summary>
public sealed record PlaceRequest(long Id, bool IsLead = false)
{
    internal static Dictionary<long, bool>? Places(IReadOnlyList<PlaceRequest>? places)
        => places?.GroupBy(place => place.Id).ToDictionary(place => place.Key, place => place.Any(same => same.IsLead));
}

public sealed record UserDepartmentView(long Id, string Name, bool IsLead);

/// <param name="TenantId">The slug of the business.</param>
/// <param name="Roles">Keys of built-in roles and names of others.</param>
/// <param name="Status">active, disabled or deleted.</param>
/// <param name="Availability">What others see now: online, busy, away or offline.</param>
/// <param name="SeenAt">When a page of theirs was last open.</param>
public sealed record UserView(
    long Id, string Email, string Username, string FullName, string TenantId, IReadOnlyList<string> Roles, bool IsActive, DateTime CreatedAt,
    MemberStatus Status, Availability Availability, DateTime? SeenAt, bool HasSecondFactor, IReadOnlyList<UserDepartmentView> Departments, string? AvatarUrl)
{
    public static UserView Of(MemberRow row, string slug)
        => new(
            row.UserId, row.Email, row.Username, row.Name, slug, [.. row.Roles.Select(role => role.Key ?? role.Name)], row.IsActive, row.CreatedAt,
            row.Status, row.Availability, row.SeenAt, row.HasSecondFactor, [.. row.Departments.Select(place => new UserDepartmentView(place.DepartmentId, place.Name, place.IsLead))], row.Picture);
}

/// <summary>The public name of a business, which the API shows as <c>tenant_id</c>.</summary>
public sealed class TenantSlugs(IDbContextFactory<InboxDb> dbs)
{
    public async Task<string> FindAsync(long tenantId, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Tenant>().Where(tenant => tenant.Id == tenantId).Select(tenant => tenant.Slug).SingleOrDefaultAsync(cancellation) ?? "";
    }
}

/// <summary>The API names roles by key or name.</summary>
public sealed class RoleNames(IDbContextFactory<InboxDb> dbs)
{
    /// <exception cref="RefusedException">invalid_value: the business has no such role.</exception>
    public async Task<IReadOnlyCollection<long>> IdsAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var known = await db.Set<Role>().Select(role => new { role.Id, Name = role.Key ?? role.Name }).ToListAsync(cancellation);
        return
        [
            .. names.Select(name => known.Find(role => role.Name == name)?.Id ?? throw new RefusedException("invalid_value", $"There is no role {name.Cut(60)}.", field: "roles")).Distinct(),
        ];
    }
}
