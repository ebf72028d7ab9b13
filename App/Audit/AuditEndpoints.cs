using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Inbox.Access.Http;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Inbox.Audit;

public static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder app)
    {
        var audit = app.MapGroup("/api/v1/audit").WithTags("Audit").RequireAuthorization(AuditPermissions.Read).Refuses("unauthorized", "forbidden", "rate_limited");

        audit.MapGet("/", ListAsync).WithSummary("Lists who changed what, newest first").Refuses("invalid_cursor", "invalid_value");
        audit.MapGet("/export", ExportAsync).WithSummary("Exports the audit trail as CSV or JSON lines, oldest first, for who may read contact addresses too; the export is an audit row")
            .RequireAuthorization(AuditPermissions.Export).Produces<string>(200, "text/csv", "application/x-ndjson").Refuses("invalid_value");
        audit.MapPost("/verify", VerifyAsync).WithSummary("Recomputes the chain of the business and names rows that were changed, removed, moved or added");
    }

    private static async Task<Ok<ListOf<AuditView>>> ListAsync(
        Caller caller, AuditRows rows, [AsParameters] AuditQuery query, CancellationToken cancellation, int limit = 50, string? cursor = null)
    {
        var page = await rows.PageAsync(caller, query.Filter(), Paging.After(cursor)?.Id, Paging.Limit(limit), cancellation);
        return TypedResults.Ok(new ListOf<AuditView>([.. page.Items.Select(AuditView.Of)], page.NextCursor));
    }

    private static async Task<PushStreamHttpResult> ExportAsync(
        Caller caller, AuditRows rows, HttpResponse response, [AsParameters] AuditQuery query, CancellationToken cancellation, string format = "csv")
    {
        if (format is not ("csv" or "jsonl"))
        {
            throw new RefusedException("invalid_value", "format is csv or jsonl.", StatusCodes.Status400BadRequest, "format");
        }

        var export = await rows.ExportAsync(caller, query.Filter(), format, cancellation);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Stream(
            body => format == "csv" ? WriteCsvAsync(export, body, cancellation) : WriteLinesAsync(export, body, cancellation),
            format == "csv" ? Csv.MediaType : "application/x-ndjson",
            $"audit.{format}");
    }

    private static async Task<Ok<AuditReportView>> VerifyAsync(Caller caller, AuditVerification verification, CancellationToken cancellation)
        => TypedResults.Ok(AuditReportView.Of(await verification.CheckAsync(caller, cancellation)));

    private static async Task WriteCsvAsync(IAsyncEnumerable<AuditEvent> rows, Stream body, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await writer.WriteAsync(Csv.Line(
            "sequence", "at", "actor_kind", "actor_id", "actor", "on_behalf_of_id", "on_behalf_of", "address", "session", "action", "object_type", "object_id", "object", "before", "after", "hash"));
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            await writer.WriteAsync(Csv.Line(
                row.Sequence, row.At, AuditView.NameOf(row.ActorKind), row.ActorId, row.ActorName, row.OnBehalfOfId, row.OnBehalfOfName, row.Address, row.Session,
                row.Action, row.ObjectType, row.ObjectId, row.ObjectName, row.Before, row.After, Convert.ToHexStringLower(row.Hash)));
        }
    }

    private static async Task WriteLinesAsync(IAsyncEnumerable<AuditEvent> rows, Stream body, CancellationToken cancellation)
    {
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            await JsonSerializer.SerializeAsync(body, AuditView.Of(row), ApiJson.Strict, cancellation);
            await body.WriteAsync("\n"u8.ToArray(), cancellation);
        }
    }
}

/// <summary>The filters of list and export.</summary>
public sealed record AuditQuery
{
    private const int MostText = 200;

    /// <summary>The id of a person, or of an API key with actor_kind=key.</summary>
    [FromQuery(Name = "actor_id")]
    public long? ActorId { get; init; }

    /// <summary>One action, or all of an object: <c>channel.</c></summary>
    [FromQuery(Name = "action")]
    public string? Action { get; init; }

    [FromQuery(Name = "object_type")]
    public string? ObjectType { get; init; }

    [FromQuery(Name = "object_id")]
    public string? ObjectId { get; init; }

    /// <summary>This time and later, ISO 8601.</summary>
    [FromQuery(Name = "from")]
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this time, ISO 8601.</summary>
    [FromQuery(Name = "to")]
    public DateTimeOffset? To { get; init; }

    /// <summary>user, key, system or nobody.</summary>
    [FromQuery(Name = "actor_kind")]
    public string? ActorKind { get; init; }

    /// <summary>A part of the name of the person, the key or the object, or of the address.</summary>
    [FromQuery(Name = "q")]
    public string? Text { get; init; }

    internal AuditFilter Filter()
        => Text is { Length: > MostText }
            ? throw new RefusedException("invalid_value", $"q has at most {MostText} characters.", StatusCodes.Status400BadRequest, "q")
            : new(ActorId, Action, ObjectType, ObjectId, From?.UtcDateTime, To?.UtcDateTime, Kind(), Text);

    private CallerKind? Kind()
        => ActorKind is null ? null
            : Enum.GetValues<CallerKind>().Where(kind => AuditView.NameOf(kind) == ActorKind).Select(kind => (CallerKind?)kind).SingleOrDefault()
            ?? throw new RefusedException("invalid_value", "actor_kind is user, key, system or nobody.", StatusCodes.Status400BadRequest, "actor_kind");
}

public sealed record AuditActorView(string Kind, long? Id, string? Name);

public sealed record AuditObjectView(string Type, string? Id, string? Name);

/// <param name="Before">What was; null when there was nothing, or personal data were erased.</param>
/// <param name="Erased">Names, address and contents were removed on request.</param>
/// <param name="Hash">Hex; the next row is signed over it.</param>
public sealed record AuditView(
    long Sequence, DateTime At, AuditActorView Actor, AuditActorView? OnBehalfOf, string? Address, string? Session, string Action, [property: JsonPropertyName("object")] AuditObjectView Target,
    JsonElement? Before, JsonElement? After, bool Erased, string Hash)
{
    public static AuditView Of(AuditEvent row)
        => new(
            row.Sequence, row.At, new AuditActorView(NameOf(row.ActorKind), row.ActorId, row.ActorName),
            row.OnBehalfOfId is null && row.OnBehalfOfName is null ? null : new AuditActorView(NameOf(CallerKind.User), row.OnBehalfOfId, row.OnBehalfOfName),
            row.Address, row.Session, row.Action, new AuditObjectView(row.ObjectType, row.ObjectId, row.ObjectName),
            row.Before is null ? null : JsonElement.Parse(row.Before), row.After is null ? null : JsonElement.Parse(row.After), row.Salt is null, Convert.ToHexStringLower(row.Hash));

    internal static string NameOf(CallerKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}

/// <param name="Problem">edited, missing, moved, unlinked, cut_off, wrong_tip, erased, unknown_key, repaired or rewritten.</param>
public sealed record AuditFindingView(string Problem, long Sequence, long Until, string Detail);

/// <param name="Whole">Nothing was tampered with.</param>
public sealed record AuditReportView(bool Whole, long Rows, long Erased, int Problems, IReadOnlyList<AuditFindingView> Findings, string? LastHash)
{
    public static AuditReportView Of(AuditReport report)
        => new(
            report.IsWhole, report.Rows, report.Erased, report.Problems,
            [.. report.Findings.Select(finding => new AuditFindingView(
                JsonNamingPolicy.SnakeCaseLower.ConvertName(finding.Problem.ToString()), finding.Sequence, finding.Until, finding.Sentence))],
            report.LastHash);
}
