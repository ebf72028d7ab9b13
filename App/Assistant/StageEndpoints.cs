using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Assistant;

public static class StageEndpoints
{
    public static void MapStages(this IEndpointRouteBuilder app)
    {
        var stages = app.MapGroup("/api/v1/stages").WithTags("Assistant").RequireAuthorization(AssistantPermissions.Use).Refuses("unauthorized", "forbidden", "rate_limited");
        stages.MapGet("/", ListAsync).WithSummary("Lists the stages of the assistant's conversations in their order");
        stages.MapGet("/{id:long}", FindAsync).WithSummary("Shows a stage").Refuses("stage_not_found");
        stages.MapPost("/", AddAsync).WithSummary("Makes a stage, at its place or at the end").RequireAuthorization(AssistantPermissions.Write)
            .Refuses("invalid_body", "too_many", "invalid_value");
        stages.MapPut("/{id:long}", ChangeAsync).WithSummary("Changes a stage or its place; what is left out stays").RequireAuthorization(AssistantPermissions.Write)
            .Refuses("invalid_body", "stage_not_found", "invalid_value", "version_stale", "changed_meanwhile");
        stages.MapDelete("/{id:long}", RemoveAsync).WithSummary("Removes a stage; those behind it move up").RequireAuthorization(AssistantPermissions.Write)
            .Refuses("stage_not_found", "version_stale", "changed_meanwhile");
    }

    private static async Task<Ok<ListOf<StageView>>> ListAsync(Caller caller, Stages stages, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<StageView>([.. (await stages.ListAsync(caller, cancellation)).Select(StageView.Of)], null));

    private static async Task<WithVersion<Ok<StageView>>> FindAsync(long id, Caller caller, Stages stages, CancellationToken cancellation)
        => Answer(await stages.FindAsync(caller, id, cancellation));

    private static async Task<WithVersion<Created<StageView>>> AddAsync(Body<StageRequest> body, Caller caller, Stages stages, CancellationToken cancellation)
    {
        var stage = await stages.AddAsync(caller, body.Value.Edit, cancellation);
        return TypedResults.Created($"/api/v1/stages/{stage.Id}", StageView.Of(stage)).WithVersion(stage.Version);
    }

    private static async Task<WithVersion<Ok<StageView>>> ChangeAsync(long id, IfMatch match, Body<StageChange> body, Caller caller, Stages stages, CancellationToken cancellation)
        => Answer(await stages.ChangeAsync(caller, id, body.Value.Edit, match.Check, cancellation));

    private static async Task<NoContent> RemoveAsync(long id, IfMatch match, Caller caller, Stages stages, CancellationToken cancellation)
    {
        await stages.RemoveAsync(caller, id, match.Check, cancellation);
        return TypedResults.NoContent();
    }

    private static WithVersion<Ok<StageView>> Answer(Stage stage) => TypedResults.Ok(StageView.Of(stage)).WithVersion(stage.Version);
}

/// <param name="SelectionPrompt">Tells the assistant when a conversation is in this stage.</param>
/// <param name="ExtractionPrompt">Tells it which facts to take from the customer's words.</param>
/// <param name="ResponsePrompt">Tells it how to answer.</param>
/// <param name="Position">From 1; left out: at the end. Those from there on move back.</param>
public sealed record StageRequest(
    [property: Required, StringLength(Stage.LongestName)] string Name,
    [property: StringLength(Stage.LongestDescription)] string? Description = null,
    [property: StringLength(Stage.LongestPrompt)] string? SelectionPrompt = null,
    [property: StringLength(Stage.LongestPrompt)] string? ExtractionPrompt = null,
    [property: StringLength(Stage.LongestPrompt)] string? ResponsePrompt = null,
    [property: Range(0, int.MaxValue)] int? Position = null)
{
    internal StageEdit Edit => new(Name, Description, SelectionPrompt, ExtractionPrompt, ResponsePrompt, Position);
}

/// <param name="Position">From 1; the others make room.</param>
public sealed record StageChange(
    [property: StringLength(Stage.LongestName, MinimumLength = 1)] string? Name = null,
    [property: StringLength(Stage.LongestDescription)] string? Description = null,
    [property: StringLength(Stage.LongestPrompt)] string? SelectionPrompt = null,
    [property: StringLength(Stage.LongestPrompt)] string? ExtractionPrompt = null,
    [property: StringLength(Stage.LongestPrompt)] string? ResponsePrompt = null,
    [property: Range(0, int.MaxValue)] int? Position = null)
{
    internal StageEdit Edit => new(Name, Description, SelectionPrompt, ExtractionPrompt, ResponsePrompt, Position);
}

/// <param name="Position">From 1, without gaps.</param>
public sealed record StageView(
    long Id, string Name, string Description, string SelectionPrompt, string ExtractionPrompt, string ResponsePrompt, int Position, DateTime CreatedAt, DateTime UpdatedAt)
{
    public static StageView Of(Stage stage)
        => new(stage.Id, stage.Name, stage.Description, stage.SelectionPrompt, stage.ExtractionPrompt, stage.ResponsePrompt, stage.Position, stage.CreatedAt, stage.UpdatedAt);
}
