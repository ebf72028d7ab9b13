using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Access.Rights;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Inbox.Access.People;

public static class RoleEndpoints
{
    public static void MapRoles(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/permissions", () => TypedResults.Ok(new ListOf<PermissionView>([.. PermissionCatalogue.All.Select(PermissionView.Of)], null)))
            .RequireAuthorization(Policies.SignedIn).WithTags("Roles").WithSummary("Lists all permissions of this version").ProducesProblem(401);

        var roles = app.MapGroup("/api/v1/roles").WithTags("Roles").RequireAuthorization(PeoplePermissions.ReadRoles).ProducesProblem(401).ProducesProblem(403);
        roles.MapGet("/", ListAsync).WithSummary("Lists the roles: the built-in ones, then the business's own");
        roles.MapGet("/{id:long}", FindAsync).WithSummary("Shows a role").ProducesProblem(404);
        roles.MapPost("/", CreateAsync).WithSummary("Makes a role, with nothing that the caller lacks").RequireAuthorization(PeoplePermissions.WriteRoles)
            .ProducesProblem(400).ProducesProblem(409).ProducesProblem(422);
        roles.MapPut("/{id:long}", ChangeAsync).WithSummary("Changes a role; it shows at once for everybody who has it").RequireAuthorization(PeoplePermissions.WriteRoles)
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        roles.MapDelete("/{id:long}", RemoveAsync).WithSummary("Removes a role that nobody has").RequireAuthorization(PeoplePermissions.WriteRoles)
            .ProducesProblem(404).ProducesProblem(409);
    }

    public static void MapRoleViews(this IEndpointRouteBuilder app)
    {
        app.MapPost("/view-as", ViewAsync).RequireAuthorization(PeoplePermissions.ReadRoles).WithTags("Roles")
            .WithSummary("The browser's session sees and may only what a role does; a form of the role editor").Refuses("person_needed", "role_not_found", "role_exceeds_own");
        app.MapPost("/view-as/end", EndViewAsync).RequireAuthorization(Policies.SignedIn).WithTags("Roles").WithSummary("Back to the person's own rights; a form of the banner");
    }

    private static async Task<RedirectHttpResult> ViewAsync([FromForm] long role, Caller caller, RoleViews views, CancellationToken cancellation)
    {
        await views.BeginAsync(caller, role, cancellation);
        return TypedResults.LocalRedirect("/settings");
    }

    private static async Task<RedirectHttpResult> EndViewAsync(Caller caller, RoleViews views, CancellationToken cancellation)
    {
        await views.EndAsync(caller, cancellation);
        return TypedResults.LocalRedirect("/roles");
    }

    private static async Task<Ok<ListOf<RoleView>>> ListAsync(Caller caller, Roles roles, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<RoleView>([.. (await roles.ListAsync(caller, cancellation)).Select(RoleView.Of)], null));

    private static async Task<WithVersion<Ok<RoleView>>> FindAsync(long id, Caller caller, Roles roles, CancellationToken cancellation)
    {
        var row = await roles.FindAsync(caller, id, cancellation) ?? throw RefusedException.NotFound("role");
        return TypedResults.Ok(RoleView.Of(row)).WithVersion(row.Version);
    }

    private static async Task<Created<RoleView>> CreateAsync(Body<RoleRequest> body, Caller caller, Roles roles, CancellationToken cancellation)
    {
        var role = await roles.CreateAsync(caller, body.Value.Wish(), cancellation);
        return TypedResults.Created($"/api/v1/roles/{role.Id}", RoleView.Of(role));
    }

    private static async Task<WithVersion<Ok<RoleView>>> ChangeAsync(long id, IfMatch match, Body<RoleRequest> body, Caller caller, Roles roles, CancellationToken cancellation)
    {
        var row = await roles.ChangeAsync(caller, id, body.Value.Wish(), match.Check, cancellation);
        return TypedResults.Ok(RoleView.Of(row)).WithVersion(row.Version);
    }

    private static async Task<NoContent> RemoveAsync(long id, Caller caller, Roles roles, CancellationToken cancellation)
    {
        await roles.RemoveAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }
}

/// <param name="Permissions">Names of permissions, each with own, department or all; all where it cannot be narrowed.</param>
public sealed record RoleRequest(
    [property: Required, StringLength(Role.LongestName, MinimumLength = 1)] string Name,
    [property: Required] IReadOnlyDictionary<string, PermissionScope> Permissions,
    [property: StringLength(Role.LongestDescription)] string? Description = null)
{
    internal RoleWish Wish() => new(Name, Description ?? "", Permissions);
}

/// <param name="Key">Of a built-in role; null for one of the business's own.</param>
/// <param name="Members">How many people have it.</param>
public sealed record RoleView(long Id, string? Key, string Name, string Description, bool IsBuiltIn, IReadOnlyDictionary<string, PermissionScope> Permissions, int Members)
{
    public static RoleView Of(RoleRow role)
        => new(role.Id, role.Key, role.Name, role.Description, role.IsBuiltIn, role.Rights.OrderBy(right => right.Key, StringComparer.Ordinal).ToDictionary(), role.Members);
}

/// <param name="IsScoped">It can be narrowed to own or department.</param>
/// <param name="Roles">The built-in roles that have it.</param>
public sealed record PermissionView(string Name, string Feature, string Description, bool IsScoped, IReadOnlyList<string> Roles)
{
    public static PermissionView Of(Permission permission)
        => new(permission.Name, permission.Feature, permission.Description, permission.IsScoped, [.. BuiltInRoles.All.Where(permission.Roles.Contains)]);
}
