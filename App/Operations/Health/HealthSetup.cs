using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Inbox.Operations.Health;

public static class HealthSetup
{
    private const string Readiness = "ready";

    internal static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<HealthOptions, HealthOptionsValidator>().BindConfiguration("Inbox:Health");
        services.AddDataProtection();
        services.AddSingleton<DatabaseWriteCheck>();
        services.AddSingleton<MigrationsCheck>();
        services.AddHealthChecks()
            .AddCheck<StoppingCheck>("stopping", tags: [Readiness])
            .AddCheck<DatabaseWriteCheck>("database", tags: [Readiness])
            .AddCheck<MigrationsCheck>("migrations", tags: [Readiness])
            .AddCheck<KeysCheck>("keys", tags: [Readiness])
            .AddCheck<DiskCheck>("disk", tags: [Readiness])
            .AddCheck<QueuesCheck>("queues")
            .AddCheck<WorkersCheck>("workers");
        return services;
    }

    /// <summary><c>/health</c> for people, <c>/health/live</c> for restarts, <c>/health/ready</c> for load balancers.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.Map("/health", "Everything that is watched: totals without names", _ => true);
        app.Map("/health/live", "Whether the process answers, for what restarts it", _ => false);
        app.Map("/health/ready", "Whether this node takes requests, for load balancers", check => check.Tags.Contains(Readiness));
    }

    private static void Map(this IEndpointRouteBuilder app, string path, string summary, Func<HealthCheckRegistration, bool> checks)
    {
        app.MapGet(path, (HttpContext http, HealthCheckService health) => AnswerAsync(http, health, checks))
            .AllowAnonymous().WithTags("Health").WithSummary(summary)
            .Produces<HealthView>().Produces<HealthView>(StatusCodes.Status503ServiceUnavailable);
        app.MapMethods(path, [HttpMethods.Head], (HttpContext http, HealthCheckService health) => AnswerAsync(http, health, checks))
            .AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task AnswerAsync(HttpContext http, HealthCheckService health, Func<HealthCheckRegistration, bool> checks)
    {
        var report = await health.CheckHealthAsync(checks, http.RequestAborted);
        http.Response.StatusCode = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        await HealthJson.WriteAsync(http, report);
    }
}
