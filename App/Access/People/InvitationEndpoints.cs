using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Access.People;

public static class InvitationEndpoints
{
    public static void MapInvitations(this IEndpointRouteBuilder app)
    {
        var invitations = app.MapGroup("/api/v1/invitations").WithTags("Invitations").ProducesProblem(401);

        invitations.MapGet("/", ListAsync).WithSummary("Lists the invitations that are open").RequireAuthorization(PeoplePermissions.Invite).ProducesProblem(403);
        invitations.MapGet("/{id:long}", FindAsync).WithSummary("Shows an invitation that is open, without its link").RequireAuthorization(PeoplePermissions.Invite).ProducesProblem(403).ProducesProblem(404);
        invitations.MapPost("/", CreateAsync).WithSummary("Invites a person, by mail or by a link that is shown this once").RequireAuthorization(PeoplePermissions.Invite)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422);
        invitations.MapPost("/{id:long}/renew", RenewAsync).WithSummary("Sends a new link; the one before leads nowhere any more").RequireAuthorization(PeoplePermissions.Invite)
            .ProducesProblem(403).ProducesProblem(404);
        invitations.MapDelete("/{id:long}", RevokeAsync).WithSummary("Takes an invitation back").RequireAuthorization(PeoplePermissions.Invite).ProducesProblem(403).ProducesProblem(404);
        invitations.MapPost("/accept", AcceptAsync).WithSummary("Joins by the token of a link: with name and a new password, or with the password of the account that is there").AllowAnonymous()
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429);
    }

    private static async Task<Ok<ListOf<InvitationView>>> ListAsync(Caller caller, Invitations invitations, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<InvitationView>([.. (await invitations.ListAsync(caller, cancellation)).Select(invitation => InvitationView.Of(invitation, null))], null));

    private static async Task<Ok<InvitationView>> FindAsync(long id, Caller caller, Invitations invitations, CancellationToken cancellation)
        => TypedResults.Ok(InvitationView.Of(await invitations.FindAsync(caller, id, cancellation) ?? throw RefusedException.NotFound("invitation"), null));

    private static async Task<Created<InvitationView>> CreateAsync(
        Body<InvitationRequest> body, Caller caller, Invitations invitations, RoleNames names, HttpRequest request, CancellationToken cancellation)
    {
        var wanted = body.Value;
        var sent = await invitations.CreateAsync(
            caller, new NewInvitation(wanted.Email, await names.IdsAsync(wanted.Roles, cancellation), wanted.Departments ?? []), Origin(request), cancellation);
        return TypedResults.Created($"/api/v1/invitations/{sent.Invitation.Id}", InvitationView.Of(sent.Invitation, sent.Link));
    }

    private static async Task<Ok<InvitationView>> RenewAsync(long id, Caller caller, Invitations invitations, HttpRequest request, CancellationToken cancellation)
    {
        var sent = await invitations.RenewAsync(caller, id, Origin(request), cancellation);
        return TypedResults.Ok(InvitationView.Of(sent.Invitation, sent.Link));
    }

    private static async Task<NoContent> RevokeAsync(long id, Caller caller, Invitations invitations, CancellationToken cancellation)
    {
        await invitations.RevokeAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> AcceptAsync(Body<AcceptRequest> body, Joins joins, HttpContext http, CancellationToken cancellation)
    {
        if (body.Value.FullName is { } name)
        {
            await joins.JoinAsync(http, body.Value.Token, name, body.Value.Password, cancellation);
        }
        else
        {
            await joins.AcceptAsync(http, body.Value.Token, body.Value.Password, cancellation);
        }

        return TypedResults.NoContent();
    }

    private static Uri Origin(HttpRequest request) => new($"{request.Scheme}://{request.Host}");
}

/// <param name="Roles">Names of roles; the built-in ones by their key, for example <c>agent</c>.</param>
/// <param name="Departments">Ids of departments.</param>
public sealed record InvitationRequest(
    [property: Required, StringLength(254)] string Email,
    [property: Required, MinLength(1), MaxLength(20)] IReadOnlyList<string> Roles,
    [property: MaxLength(100)] IReadOnlyList<long>? Departments = null);

/// <param name="FullName">For somebody new; left out by who has an account.</param>
public sealed record AcceptRequest(
    [property: Required, StringLength(100)] string Token,
    [property: Required] string Password,
    [property: StringLength(100, MinimumLength = 1)] string? FullName = null);

/// <param name="Link">To give to the person: only in the answer that made it, and only when it was not mailed.</param>
public sealed record InvitationView(long Id, string Email, string InvitedBy, bool IsMailed, DateTime CreatedAt, DateTime ExpiresAt, string? Link)
{
    public static InvitationView Of(Invitation invitation, string? link)
        => new(invitation.Id, invitation.Email, invitation.InvitedBy, invitation.IsMailed, invitation.CreatedAt, invitation.ExpiresAt, link);
}
