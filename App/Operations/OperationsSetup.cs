using Inbox.Operations.Backups;
using Inbox.Operations.Health;
using Inbox.Operations.Installation;
using Inbox.Operations.Logging;
using Inbox.Operations.OpenApi;
using Inbox.Operations.Retention;
using Inbox.Operations.Seeding;
using Inbox.Operations.Stopping;
using Inbox.Operations.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Quartz;

namespace Inbox.Operations;

public static class OperationsSetup
{
    public static void AddOperations(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddLogs();
        builder.Services.AddGracefulStop(builder.Environment);
        builder.Services.AddTelemetry();
        builder.Services.AddHealth();
        builder.Services.AddRetention();
        builder.Services.AddBackups();
        builder.Services.AddApiDocument();
        builder.Services.AddScoped<Seed>();
        builder.Services.AddInstallation();
        builder.Services.AddQuartz(quartz =>
        {
            // The clock of a test jumps; the ticks of the process do not follow.
            quartz.UseTimeProvider(TimeProvider.System);
            quartz.ScheduleRetention();
        });
        builder.Services.AddQuartzHostedService(hosting => hosting.WaitForJobsToComplete = true);
    }

    /// <summary>Around everything that decides what a request becomes.</summary>
    public static void UseRequestLog(this IApplicationBuilder app) => app.UseMiddleware<RequestLog>();
}
