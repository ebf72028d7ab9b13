using Inbox.Access.Keys;
using Inbox.Channels.Health;
using Inbox.Channels.Inbound;
using Inbox.Channels.Outbound;
using Inbox.Channels.Templates;
using Inbox.Data;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Inbox.Channels;

public static class ChannelsSetup
{
    public static IServiceCollection AddChannels(this IServiceCollection services)
    {
        services.AddSealedOfBusiness<Channel>("Channels.Credentials", nameof(Channel.Credentials), ChannelCredentials.Place);
        services.AddSingleton<ChannelCatalogue>();
        services.AddSingleton<ChannelDirectory>();
        services.TryAddSingleton<OwnAddress>();
        services.AddSingleton<PublicAddress>();
        services.AddScoped<Connections>();
        services.AddScoped<ChannelHealth>();
        services.AddScoped<ChannelEvents>();
        services.AddScoped<AccountChecks>();
        services.AddHostedService<AccountCheckWorker>();
        services.AddScoped<MessageTemplates>();
        services.AddSingleton<TemplateSyncs>();
        services.AddHostedService<TemplateSyncWorker>();
        return services;
    }

    public static IServiceCollection AddInbound(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<InboundOptions, InboundOptionsValidator>().BindConfiguration("Inbox:Inbound");
        services.AddSingleton<InboundSignal>();
        services.AddSingleton<InboundRouter>();
        services.AddScoped<Deliveries>();
        services.AddSingleton<InboundWriter>();
        services.AddSingleton<RefusedWebhooks>();
        services.AddSingleton<WebhookReceiver>();
        services.AddHostedService(provider => provider.GetRequiredService<InboundWriter>());
        services.AddHostedService<InboundWorker>();
        return services;
    }
}
