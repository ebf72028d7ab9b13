namespace Inbox.Operations.Stopping;

public static class StoppingSetup
{
    public static IServiceCollection AddGracefulStop(this IServiceCollection services, IHostEnvironment environment)
    {
        services.AddOptionsWithValidateOnStart<ShutdownOptions, ShutdownOptionsValidator>()
            .Configure(options => options.DrainSeconds = environment.IsDevelopment() ? 0 : options.DrainSeconds)
            .BindConfiguration("Inbox:Shutdown");
        services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = GracefulStop.Limit;
            // A worker's loop handles its own errors; one that gets past it is a bug, and a supervisor starts the process again.
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.StopHost;
        });
        services.AddHostedService<GracefulStop>();
        return services;
    }

    /// <summary>An open page whose circuit has ended connects again at once, over a connection that it still has: a new circuit would hold the end up until the limit.</summary>
    public static void UseGracefulStop(this IApplicationBuilder app)
    {
        var stopping = app.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        app.Use((context, next) =>
        {
            if (!stopping.IsCancellationRequested || !context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
    }
}
