using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Access.Programs;

public static class ApiKeyEndpoints
{
    public static void MapApiKeys(this IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/api/v1/api-keys").WithTags("API keys").RequireAuthorization(KeyPermissions.Read).ProducesProblem(401).ProducesProblem(403);

        keys.MapGet("/", ListAsync).WithSummary("Lists the keys of the business, without their secrets");
        keys.MapGet("/{id:long}", FindAsync).WithSummary("Shows a key, without its secret").ProducesProblem(404);
        keys.MapPost("/", CreateAsync).RequireAuthorization(KeyPermissions.Write)
            .WithSummary("Makes a key; its secret is shown this once").ProducesProblem(400).ProducesProblem(409).ProducesProblem(422);
        keys.MapPut("/{id:long}", ChangeAsync).RequireAuthorization(KeyPermissions.Write)
            .WithSummary("Changes name, permissions and end of a key").ProducesProblem(400).ProducesProblem(404).ProducesProblem(422);
        keys.MapDelete("/{id:long}", RevokeAsync).RequireAuthorization(KeyPermissions.Write).WithSummary("Revokes a key, at once").ProducesProblem(404);
    }

    private static async Task<Ok<ListOf<ApiKeyView>>> ListAsync(ApiKeys keys, Caller caller, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<ApiKeyView>([.. (await keys.ListAsync(caller, cancellation)).Select(ApiKeyView.Of)], null));

    private static async Task<WithVersion<Ok<ApiKeyView>>> FindAsync(long id, ApiKeys keys, Caller caller, CancellationToken cancellation)
        => Answer(await keys.FindAsync(caller, id, cancellation));

    /// <exception cref="RefusedException">api_key_not_found.</exception>
    private static WithVersion<Ok<ApiKeyView>> Answer(ApiKey? key)
        => key is null ? throw RefusedException.NotFound("api_key") : TypedResults.Ok(ApiKeyView.Of(key)).WithVersion(key.Version);

    private static async Task<Created<MadeApiKeyView>> CreateAsync(Body<ApiKeyRequest> body, ApiKeys keys, Caller caller, CancellationToken cancellation)
    {
        var (key, secret) = await keys.CreateAsync(caller, body.Value.Wanted(), cancellation);
        var view = ApiKeyView.Of(key);
        return TypedResults.Created($"/api/v1/api-keys/{key.Id}", new MadeApiKeyView(
            view.Id, view.Name, view.Start, view.Permissions, view.CreatedById, view.CreatedAt, view.ExpiresAt, view.LastUsedAt, secret));
    }

    private static async Task<WithVersion<Ok<ApiKeyView>>> ChangeAsync(
        long id, IfMatch match, Body<ApiKeyRequest> body, ApiKeys keys, Caller caller, CancellationToken cancellation)
        => Answer(await keys.ChangeAsync(caller, id, body.Value.Wanted(), match.Check, cancellation));

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(long id, ApiKeys keys, Caller caller, CancellationToken cancellation)
        => await keys.RevokeAsync(caller, id, cancellation) ? TypedResults.NoContent() : NotFound();

    private static ProblemHttpResult NotFound() => Problems.Of(RefusedException.NotFound("api_key"));
}

/// <param name="ExpiresAt">ISO 8601; without it the key is good until it is revoked.</param>
public sealed record ApiKeyRequest(
    [property: Required, StringLength(ApiKey.LongestName, MinimumLength = 1)] string Name,
    [property: Required, MinLength(1), MaxLength(200)] IReadOnlyList<string> Permissions,
    DateTimeOffset? ExpiresAt = null)
{
    internal WantedKey Wanted() => new(Name, Permissions, ExpiresAt?.UtcDateTime);
}

/// <param name="Start">The first characters of the secret.</param>
public sealed record ApiKeyView(
    long Id, string Name, string Start, IReadOnlyList<string> Permissions, long? CreatedById, DateTime CreatedAt, DateTime? ExpiresAt, DateTime? LastUsedAt)
{
    public static ApiKeyView Of(ApiKey key)
        => new(key.Id, key.Name, key.Start, ApiKey.Split(key.Permissions), key.CreatedById, key.CreatedAt, key.ExpiresAt, key.LastUsedAt);
}

/// <param name="Key">The secret. It is not stored and never shown again.</param>
public sealed record MadeApiKeyView(
    long Id, string Name, string Start, IReadOnlyList<string> Permissions, long? CreatedById, DateTime CreatedAt, DateTime? ExpiresAt, DateTime? LastUsedAt, string Key);
