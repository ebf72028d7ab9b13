using System.Net;
using Inbox.Access;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Inbox.Channels;

/// <summary>
/// Where this process reaches itself over HTTP: the built-in stand-ins of platforms are called, and call, like real ones.
/// <c>Inbox:OwnUrl</c> overrides what the server listens on.
/// </summary>
public sealed class OwnAddress(IServer server, IOptions<AccessOptions> options)
{
    /// <exception cref="InvalidOperationException">The server does not listen yet, or on nothing that HTTP reaches.</exception>
    public Uri Value
        => options.Value.OwnUrl is { } given
            ? new Uri(given.AbsoluteUri.TrimEnd('/') + "/")
            : Of(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
                ?? throw new InvalidOperationException("The server has no address of its own yet. Inbox:OwnUrl can name one.");

    /// <summary>The address by which this machine reaches one of those that the server listens on; plain http first.</summary>
    public static Uri? Of(IEnumerable<string> listening)
        => (from text in listening
            let address = BindingAddress.Parse(text)
            where !address.IsUnixPipe && !address.IsNamedPipe
            orderby address.Scheme == Uri.UriSchemeHttp ? 0 : 1
            select new UriBuilder(address.Scheme, Reachable(address.Host), address.Port, address.PathBase + "/").Uri).FirstOrDefault();

    private static string Reachable(string host)
        => host is "+" or "*" or "0.0.0.0" || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && ip.Equals(IPAddress.IPv6Any)) ? "127.0.0.1" : host;
}
