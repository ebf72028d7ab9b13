using Inbox.Channels.Meta;

namespace Inbox.Channels.WhatsApp;

public static class WhatsAppSetup
{
    public static IServiceCollection AddWhatsApp(this IServiceCollection services)
    {
        services.AddMeta();
        services.AddMetaClient<WhatsAppClient>(WhatsAppClient.AnswerLimit);
        services.AddMetaClient<WhatsAppFiles>(WhatsAppClient.AnswerLimit);
        services.AddMetaClient<WhatsAppTemplates>(WhatsAppTemplates.AnswerLimit, TimeSpan.FromMinutes(1));
        services.AddSingleton<IChannel, WhatsAppChannel>();
        return services;
    }
}
