using Microsoft.AspNetCore.Diagnostics.HealthChecks;
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
        app.Map("/health", _ => true);
        app.Map("/health/live", _ => false);
        app.Map("/health/ready", check => check.Tags.Contains(Readiness));
    }

    private static void Map(this IEndpointRouteBuilder app, string path, Func<HealthCheckRegistration, bool> checks)
        => app.MapHealthChecks(path, new HealthCheckOptions { Predicate = checks, ResponseWriter = HealthJson.WriteAsync, AllowCachingResponses = false })
            .AllowAnonymous();
}
