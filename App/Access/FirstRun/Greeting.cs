using Inbox.Data;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Inbox.Access.FirstRun;

/// <summary>Prints where the program listens, where its data is and, while there is no user, the one-time set-up link.</summary>
public sealed partial class Greeting(
    IServer server, IHostApplicationLifetime lifetime, IServiceScopeFactory scopes, SetupLink link,
    DataDirectory data, IOptions<AccessOptions> access, ILogger<Greeting> log)
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

        if (access.Value is { PublicBaseUrl.Scheme: "https", KnownProxies.Count: 0 } && !listening.Exists(IsHttps))
        {
            NoProxyKnown();
        }

        await using var scope = scopes.CreateAsyncScope();
        var isNew = await scope.ServiceProvider.GetRequiredService<Installations>().IsNewAsync(lifetime.ApplicationStopping);
        var lines = new List<string> { "", $"Inbox runs at {address}", $"Its data is in {data.FullPath}" };
        if (isNew)
        {
            lines.Add($"Set it up with this one-time link: {address}{link.Path}");
        }

        // To the console and not to the log: the link is a secret, and whoever starts the program reads it here.
        await Console.Out.WriteLineAsync(string.Join(Environment.NewLine, [.. lines, ""]));
    }

    private static string Reachable(List<string> listening)
        => (listening.FirstOrDefault() ?? "").Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal).Replace("://[::]", "://localhost", StringComparison.Ordinal)
            .Replace("://*", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal);

    private static bool IsOpenHttp(string address)
        => address.StartsWith("http://", StringComparison.Ordinal) && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsLoopback);

    private static bool IsHttps(string address) => address.StartsWith("https://", StringComparison.Ordinal);

    [LoggerMessage(LogLevel.Warning, "Inbox:PublicBaseUrl is https, but Inbox:KnownProxies is empty: requests of the TLS proxy count as plain http, and nobody can sign in through it. Name its address or network there")]
    private partial void NoProxyKnown();

    [LoggerMessage(LogLevel.Warning, "Pages are served on plain http to other machines: whoever sits between can read sessions. Cookies go without Secure and __Host-. Put a TLS proxy in front and set Inbox:PublicBaseUrl and Inbox:KnownProxies")]
    private partial void PlainHttp();
}
