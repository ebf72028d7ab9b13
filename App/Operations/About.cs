using Inbox.Operations.Health;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Operations;

/// <summary>What answers here. Programs that ask <c>/</c> get it too.</summary>
public static class About
{
    public const string Path = "/api/v1";

    public static void MapAbout(this IEndpointRouteBuilder app)
        => app.MapGet(Path, Say).AllowAnonymous().WithTags("Installation").WithSummary("Name and version of the program; also at / for programs");

    private static Ok<AboutView> Say(IHostApplicationLifetime life)
        => TypedResults.Ok(new AboutView("Inbox", HealthJson.Version, life.ApplicationStopping.IsCancellationRequested ? "stopping" : "running"));
}

/// <param name="Status">running or stopping; <c>/health</c> says more.</param>
public sealed record AboutView(string Name, string Version, string Status);
