using Microsoft.Extensions.Options;

namespace Inbox.Operations.Telemetry;

internal static class TelemetrySetup
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        // Without it a request's span has no method, route and status (default of ASP.NET Core 10, turned round in 11).
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        services.AddOptionsWithValidateOnStart<TelemetryOptions, TelemetryOptionsValidator>().BindConfiguration("Inbox:Telemetry");
        services.AddSingleton<IValidateOptions<TelemetryOptions>, OtlpAddressValidator>();
        services.AddHostedService<TelemetryExport>();
        return services;
    }
}
