namespace Inbox.Operations.Stopping;

internal static class StoppingSetup
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
}
