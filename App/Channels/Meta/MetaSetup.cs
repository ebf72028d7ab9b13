using Inbox.Channels.Outbound;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Meta;

public static class MetaSetup
{
    /// <summary>What all kinds of the Meta platform share; each of them calls it.</summary>
    public static IServiceCollection AddMeta(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MetaOptions>().BindConfiguration("Inbox:Meta");
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MetaOptions>, MetaOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MetaOptions>, MetaAddressValidator>());
        services.TryAddSingleton<OwnAddress>();
        services.TryAddSingleton<ChannelCredentials>();
        services.TryAddSingleton<MetaSignature>();
        services.TryAddSingleton<MetaConnection>();
        services.AddMetaClient<MetaAccounts>(MetaAccounts.AnswerLimit);
        services.AddMetaClient<MetaUploads>(MetaMessagingClient.AnswerLimit, OutboundFile.LongestUpload);
        return services;
    }

    /// <summary>What Messenger and Instagram share beside that.</summary>
    public static IServiceCollection AddMetaMessaging(this IServiceCollection services)
    {
        services.AddMeta();
        services.AddMetaClient<MetaMessagingClient>(MetaMessagingClient.AnswerLimit);
        services.AddMetaClient<MetaFiles>(MetaMessagingClient.AnswerLimit);
        return services;
    }

    /// <summary>A client that keeps its connections for as long as the process lives, and follows nobody elsewhere with a token.</summary>
    /// <param name="answerLimit">The most that is read of an answer, in bytes.</param>
    /// <param name="longest">How long one call may take; null: 30 s.</param>
    public static void AddMetaClient<TClient>(this IServiceCollection services, int answerLimit, TimeSpan? longest = null) where TClient : class
        => services.AddHttpClient<TClient>(http =>
            {
                http.Timeout = longest ?? TimeSpan.FromSeconds(30);
                http.MaxResponseContentBufferSize = answerLimit;
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
}
