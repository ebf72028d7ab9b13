using Inbox.Access;
using Inbox.Access.Http;
using Inbox.Access.Rights;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Operations.Installation;

public static class InstallationEndpoints
{
    public static void MapInstallation(this IEndpointRouteBuilder app)
    {
        var installation = app.MapGroup("/api/v1/installation").WithTags("Installation").RequireAuthorization(Policies.Installation).Refuses("unauthorized", "forbidden", "rate_limited");

        installation.MapGet("/usage", UsageAsync).WithSummary("Lists the businesses with what each has").Refuses("invalid_cursor");
        installation.MapGet("/sends", SendsAsync).WithSummary("Tells whether messages go out");
        installation.MapPut("/sends", SwitchAsync).WithSummary("Stops all sends of the installation at once, or lets them go").Refuses("invalid_body");
        app.MapGet("/api/v1/businesses/{business}/export", ExportAsync).Produces(StatusCodes.Status200OK, contentType: "application/zip").WithTags("Businesses").RequireAuthorization(Policies.Installation)
            .WithSummary("Streams everything of a business as a ZIP archive, without secrets").Refuses("unauthorized", "forbidden", "rate_limited", "business_not_found");
    }

    private static async Task<Ok<ListOf<UsageView>>> UsageAsync(Caller caller, Usage usage, CancellationToken cancellation, string? q = null, int limit = 50, string? cursor = null)
    {
        var page = await usage.PageAsync(caller, q, Paging.After(cursor), Paging.Limit(limit), cancellation);
        return TypedResults.Ok(new ListOf<UsageView>(
            [.. page.Items.Select(row => new UsageView(BusinessView.Of(row.Business), row.Users, row.Channels, row.Conversations, row.Messages, row.Bytes))], page.NextCursor));
    }

    private static async Task<Ok<SendsView>> SendsAsync(SendStops stops, CancellationToken cancellation) => TypedResults.Ok(SendsView.Of(await stops.FindAsync(cancellation)));

    private static async Task<Ok<SendsView>> SwitchAsync(Body<SendsRequest> body, Caller caller, SendStops stops, CancellationToken cancellation)
    {
        await (body.Value.Stopped ? stops.StopAsync(caller, cancellation) : stops.ResumeAsync(caller, cancellation));
        return await SendsAsync(stops, cancellation);
    }

    private static async Task<PushStreamHttpResult> ExportAsync(
        string business, HttpContext http, Caller caller, Businesses businesses, BusinessExport export, CancellationToken cancellation)
    {
        // ZipArchive closes its entries synchronously, also when it was made asynchronously.
        http.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        var tenant = await businesses.FindAsync(caller, business, cancellation) ?? throw RefusedException.NotFound("business");
        return TypedResults.Stream(output => export.WriteAsync(caller, tenant, output, cancellation), "application/zip", $"{tenant.Slug}.zip");
    }
}

/// <param name="FileBytes">Of its files on disk.</param>
public sealed record UsageView(BusinessView Business, int Users, int Channels, int Conversations, int Messages, long FileBytes);

public sealed record SendsRequest(bool Stopped);

/// <param name="By">Who stopped it; null while messages go out.</param>
public sealed record SendsView(bool Stopped, DateTime? At, string? By)
{
    public static SendsView Of(SendStop? stop) => new(stop is not null, stop?.At, stop?.By);
}
