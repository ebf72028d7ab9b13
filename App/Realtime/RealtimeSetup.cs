namespace Inbox.Realtime;

public static class RealtimeSetup
{
    public static IServiceCollection AddRealtime(this IServiceCollection services) => services.AddSingleton<LiveFeed>().AddSingleton<Typing>();
}
