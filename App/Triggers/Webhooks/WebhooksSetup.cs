namespace Inbox.Triggers.Webhooks;

public static class WebhooksSetup
{
    public static IServiceCollection AddOutgoingWebhooks(this IServiceCollection services)
    {
        services.AddSingleton<WebhookSignal>();
        services.AddScoped<OutgoingWebhooks>();
        services.AddSingleton<WebhookNotices>();
        services.AddScoped<WebhookSends>();
        services.AddHostedService<WebhookWorker>();
        return services;
    }
}
