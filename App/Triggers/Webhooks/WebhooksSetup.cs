using Inbox.Access.Keys;

namespace Inbox.Triggers.Webhooks;

public static class WebhooksSetup
{
    public static IServiceCollection AddOutgoingWebhooks(this IServiceCollection services)
    {
        services.AddSealed<OutgoingWebhook>("Webhooks.Secret", webhook => webhook.Secret, (webhook, closed) => webhook.Secret = closed, WebhookSecret.Purpose);
        services.AddSealed<OutgoingWebhook>("Webhooks.PreviousSecret", webhook => webhook.PreviousSecret, (webhook, closed) => webhook.PreviousSecret = closed, WebhookSecret.Purpose);
        services.AddSingleton<WebhookSignal>();
        services.AddScoped<OutgoingWebhooks>();
        services.AddSingleton<WebhookNotices>();
        services.AddScoped<WebhookSends>();
        services.AddHostedService<WebhookWorker>();
        return services;
    }
}
