using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Inbox.Access.Outside;

internal static class OutsideSetup
{
    private const int LargestHeadersKilobytes = 32;

    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Reused = TimeSpan.FromMinutes(1);

    public static void AddOutside(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<SsrfOptions, SsrfOptionsValidator>().BindConfiguration("Inbox:Ssrf");
        services.TryAddSingleton<IHostResolver, DnsResolver>();
        services.AddSingleton<OutsideGuard>();
        services.AddSingleton<OutsideClient>();
        services.AddHttpClient(OutsideClient.Name, client => client.Timeout = Timeout.InfiniteTimeSpan)   // each use has a limit of its own
            .RemoveAllLoggers()   // they would write whole addresses, which may hold secrets
            .UseSocketsHttpHandler((handler, provider) =>
            {
                handler.UseProxy = false;
                handler.AllowAutoRedirect = false;
                handler.UseCookies = false;
                handler.AutomaticDecompression = DecompressionMethods.None;
                handler.ConnectTimeout = LongestConnect;
                handler.PooledConnectionLifetime = Reused;
                handler.MaxResponseHeadersLength = LargestHeadersKilobytes;
                handler.ActivityHeadersPropagator = null;   // our trace ids are no business of others
                handler.ConnectCallback = provider.GetRequiredService<OutsideGuard>().ConnectAsync;
            });
    }
}
