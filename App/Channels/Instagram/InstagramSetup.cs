using Inbox.Channels.Meta;

namespace Inbox.Channels.Instagram;

public static class InstagramSetup
{
    public static IServiceCollection AddInstagram(this IServiceCollection services)
    {
        services.AddMetaMessaging();
        services.AddSingleton<IChannel, InstagramChannel>();
        return services;
    }
}
