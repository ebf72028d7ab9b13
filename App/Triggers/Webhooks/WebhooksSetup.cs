using Inbox.Access.Keys;

namespace Inbox.Triggers.Webhooks;

public static class WebhooksSetup
{
    public static IServiceCollection AddOutgoingWebhooks(this IServiceCollection services)
    {
        services.AddSealed<OutgoingWebhook>("Webhooks.Secret", nameof(OutgoingWebhook.Secret), WebhookSecret.Purpose);
        services.AddSealed<OutgoingWebhook>("Webhooks.PreviousSecret", nameof(OutgoingWebhook.PreviousSecret), WebhookSecret.Purpose);
        services.AddSingleton<WebhookSignal>();
        services.AddScoped<OutgoingWebhooks>();
        services.AddSingleton<WebhookNotices>();
        services.AddScoped<WebhookSends>();
        services.AddHostedService<WebhookWorker>();
        return services;
    }
}
