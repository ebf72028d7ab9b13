using Inbox.Channels.Meta;

namespace Inbox.Channels.Messenger;

public static class MessengerSetup
{
    public static IServiceCollection AddMessenger(this IServiceCollection services)
    {
        services.AddMetaMessaging();
        services.AddSingleton<IChannel, MessengerChannel>();
        return services;
    }
}
