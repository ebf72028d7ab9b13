using Inbox.Access.Http;
using Inbox.Access.Rights;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Access.People;

public static class MemberSessionEndpoints
{
    public static void MapMemberSessions(this IEndpointRouteBuilder app)
    {
        var sessions = app.MapGroup("/api/v1/users/{id:long}/sessions").WithTags("Users").RequireAuthorization(PeoplePermissions.Write)
            .ProducesProblem(401).Refuses("forbidden", "owner_required", "user_not_found");

        sessions.MapGet("/", ListAsync).WithSummary("Where a person is signed in to the business now, the last used first");
        sessions.MapDelete("/", EndAllAsync).WithSummary("Ends all sessions that a person has in the business");
        sessions.MapDelete("/{session:long}", EndAsync).WithSummary("Ends one of the sessions that a person has in the business").Refuses("session_not_found");
    }

    private static async Task<ListOf<SessionView>> ListAsync(long id, HttpContext http, Caller caller, MemberSessions sessions, CancellationToken cancellation)
    {
        var current = SessionClaims.Of(http.User)?.Id;
        return new ListOf<SessionView>([.. (await sessions.ListAsync(caller, id, cancellation)).Select(session => SessionView.Of(session, current))], null);
    }

    private static async Task<NoContent> EndAllAsync(long id, Caller caller, MemberSessions sessions, CancellationToken cancellation)
    {
        await sessions.EndAllAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndAsync(long id, long session, Caller caller, MemberSessions sessions, CancellationToken cancellation)
        => await sessions.EndAsync(caller, id, session, cancellation) ? TypedResults.NoContent() : Problems.Of(RefusedException.NotFound("session"));
}
