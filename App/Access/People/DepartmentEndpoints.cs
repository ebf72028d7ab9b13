using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Access.People;

public static class DepartmentEndpoints
{
    public static void MapDepartments(this IEndpointRouteBuilder app)
    {
        var departments = app.MapGroup("/api/v1/departments").WithTags("Departments").RequireAuthorization(PeoplePermissions.ReadDepartments).ProducesProblem(401).ProducesProblem(403);

        departments.MapGet("/", ListAsync).WithSummary("Lists the departments and who is in them, by name");
        departments.MapGet("/{id:long}", FindAsync).WithSummary("Shows a department").ProducesProblem(404);
        departments.MapPost("/", CreateAsync).WithSummary("Makes a department").RequireAuthorization(PeoplePermissions.WriteDepartments)
            .ProducesProblem(400).ProducesProblem(409).ProducesProblem(422);
        departments.MapPut("/{id:long}", ChangeAsync).WithSummary("Changes a department; members that are left out stay").RequireAuthorization(PeoplePermissions.WriteDepartments)
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        departments.MapDelete("/{id:long}", RemoveAsync).WithSummary("Removes a department; restore brings it back").RequireAuthorization(PeoplePermissions.WriteDepartments).ProducesProblem(404);
        departments.MapPost("/{id:long}/restore", RestoreAsync).WithSummary("Brings a removed department back").RequireAuthorization(PeoplePermissions.WriteDepartments)
            .ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<Ok<ListOf<DepartmentView>>> ListAsync(Caller caller, Departments departments, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<DepartmentView>([.. (await departments.ListAsync(caller, cancellation)).Select(DepartmentView.Of)], null));

    private static async Task<WithVersion<Ok<DepartmentView>>> FindAsync(long id, Caller caller, Departments departments, CancellationToken cancellation)
    {
        var row = await departments.FindAsync(caller, id, cancellation) ?? throw RefusedException.NotFound("department");
        return TypedResults.Ok(DepartmentView.Of(row)).WithVersion(row.Version);
    }

    private static async Task<Created<DepartmentView>> CreateAsync(Body<DepartmentRequest> body, Caller caller, Departments departments, CancellationToken cancellation)
    {
        var department = await departments.CreateAsync(caller, body.Value.Wish(), cancellation);
        return TypedResults.Created($"/api/v1/departments/{department.Id}", DepartmentView.Of(department));
    }

    private static async Task<WithVersion<Ok<DepartmentView>>> ChangeAsync(long id, IfMatch match, Body<DepartmentRequest> body, Caller caller, Departments departments, CancellationToken cancellation)
    {
        var row = await departments.ChangeAsync(caller, id, body.Value.Wish(), match.Check, cancellation);
        return TypedResults.Ok(DepartmentView.Of(row)).WithVersion(row.Version);
    }

    private static async Task<NoContent> RemoveAsync(long id, Caller caller, Departments departments, CancellationToken cancellation)
    {
        await departments.RemoveAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<DepartmentView>> RestoreAsync(long id, Caller caller, Departments departments, CancellationToken cancellation)
    {
        await departments.RestoreAsync(caller, id, cancellation);
        return TypedResults.Ok(DepartmentView.Of((await departments.FindAsync(caller, id, cancellation))!));
    }
}

/// <param name="Members">Who is in it; left out, it stays as it is.</param>
public sealed record DepartmentRequest(
    [property: Required, StringLength(Department.LongestName, MinimumLength = 1)] string Name,
    [property: StringLength(Department.LongestDescription)] string? Description = null,
    [property: MaxLength(1000)] IReadOnlyList<DepartmentMemberRequest>? Members = null)
{
    internal DepartmentWish Wish()
        => new(Name, Description ?? "", Members?.GroupBy(member => member.UserId).ToDictionary(member => member.Key, member => member.Any(same => same.IsLead)));
}

public sealed record DepartmentMemberRequest(long UserId, bool IsLead = false);

public sealed record DepartmentMemberView(long UserId, string Name, bool IsLead);

public sealed record DepartmentView(long Id, string Name, string Description, IReadOnlyList<DepartmentMemberView> Members)
{
    public static DepartmentView Of(DepartmentRow row)
        => new(row.Id, row.Name, row.Description, [.. row.Members.Select(member => new DepartmentMemberView(member.UserId, member.Name, member.IsLead))]);
}
