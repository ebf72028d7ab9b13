using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Inbox.Access.FirstRun;

/// <summary>Prints where the program listens and, while there is no user, the one-time set-up link.</summary>
public sealed partial class Greeting(
    IServer server, IHostApplicationLifetime lifetime, IServiceScopeFactory scopes, SetupLink link, IOptions<AccessOptions> access, ILogger<Greeting> log)
{
    public void Register() => lifetime.ApplicationStarted.Register(() => _ = PrintAsync());

    private async Task PrintAsync()
    {
        var listening = server.Features.Get<IServerAddressesFeature>()?.Addresses.ToList() ?? [];
        var address = (access.Value.PublicBaseUrl?.ToString() ?? Reachable(listening)).TrimEnd('/');
        if (access.Value.PublicBaseUrl?.Scheme != Uri.UriSchemeHttps && listening.Exists(IsOpenHttp))
        {
            PlainHttp();
        }

        await using var scope = scopes.CreateAsyncScope();
        var isNew = await scope.ServiceProvider.GetRequiredService<Installations>().IsNewAsync(lifetime.ApplicationStopping);
        // To the console and not to the log: the link is a secret, and whoever starts the program reads it here.
        await Console.Out.WriteLineAsync(isNew
            ? $"{Environment.NewLine}Inbox runs at {address}{Environment.NewLine}Set it up with this one-time link: {address}{link.Path}{Environment.NewLine}"
            : $"{Environment.NewLine}Inbox runs at {address}{Environment.NewLine}");
    }

    private static string Reachable(List<string> listening)
        => (listening.FirstOrDefault() ?? "").Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal).Replace("://[::]", "://localhost", StringComparison.Ordinal)
            .Replace("://*", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal);

    private static bool IsOpenHttp(string address)
        => address.StartsWith("http://", StringComparison.Ordinal) && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsLoopback);

    [LoggerMessage(LogLevel.Warning, "Pages are served on plain http to other machines: whoever sits between can read sessions. Cookies go without Secure and __Host-. Put a TLS proxy in front and set Inbox:PublicBaseUrl and Inbox:KnownProxies")]
    private partial void PlainHttp();
}
