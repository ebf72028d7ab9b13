using Inbox.Channels.Meta;

namespace Inbox.Channels.WhatsApp;

public static class WhatsAppSetup
{
    public static IServiceCollection AddWhatsApp(this IServiceCollection services)
    {
        services.AddMeta();
        services.AddHttpClient<WhatsAppClient>(http =>
            {
                http.Timeout = TimeSpan.FromSeconds(30);
                http.MaxResponseContentBufferSize = WhatsAppClient.AnswerLimit;
            })
            .UseSocketsHttpHandler((handler, _) =>
            {
                handler.AllowAutoRedirect = false;
                handler.UseProxy = false;
                handler.UseCookies = false;
                handler.ConnectTimeout = TimeSpan.FromSeconds(10);
                // A connection that the other side closes while we write would make the message "maybe sent".
                handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20);
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
                handler.MaxConnectionsPerServer = 64;
            })
            // The channel lives as long as the process: the pool renews its connections itself.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        services.AddSingleton<IChannel, WhatsAppChannel>();
        return services;
    }
}
