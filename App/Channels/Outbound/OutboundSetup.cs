using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Inbox.Channels.Outbound;

public static class OutboundSetup
{
    public static IServiceCollection AddOutbound(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<OutboundOptions, OutboundOptionsValidator>().BindConfiguration("Inbox:Outbound");
        services.TryAddSingleton<OutboundSignal>();
        services.AddSingleton<SendLanes>();
        services.AddSingleton<OutboundDepth>();
        services.AddSingleton<OutboundOutcomes>();
        services.AddSingleton<OutboundFiles>();
        services.AddSingleton<OutboundSends>();
        services.AddScoped<OutboxQueue>();
        services.AddHostedService<OutboundWorker>();
        return services;
    }
}
