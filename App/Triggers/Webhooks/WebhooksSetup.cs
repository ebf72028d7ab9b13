using Inbox.Access.Keys;

namespace Inbox.Triggers.Webhooks;

public static class WebhooksSetup
{
    public static IServiceCollection AddOutgoingWebhooks(this IServiceCollection services)
    {
        services.AddSealedOfBusiness<OutgoingWebhook>("OutgoingWebhooks.Secret", nameof(OutgoingWebhook.Secret), WebhookSecret.Place);
        services.AddSealedOfBusiness<OutgoingWebhook>("OutgoingWebhooks.PreviousSecret", nameof(OutgoingWebhook.PreviousSecret), WebhookSecret.PreviousPlace);
        services.AddSingleton<WebhookSignal>();
        services.AddScoped<OutgoingWebhooks>();
        services.AddSingleton<WebhookNotices>();
        services.AddScoped<WebhookSends>();
        services.AddHostedService<WebhookWorker>();
        return services;
    }
}
