using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Outside;

/// <summary>Finds the addresses of a name.</summary>
public interface IHostResolver
{
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation);
}

internal sealed class DnsResolver : IHostResolver
{
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation) => await Dns.GetHostAddressesAsync(host, cancellation);
}

/// <summary>The connection may not be made.</summary>
internal sealed class OutsideRefusedException() : IOException("The address may not be called.");

/// <summary>
/// Connects to addresses on the public internet only. The name is resolved here and the checked address is the one that is
/// connected to, so a name that leads elsewhere a moment later gains nothing; one denied address among several denies all.
/// </summary>
internal sealed class OutsideGuard(IHostResolver resolver, IOptions<SsrfOptions> options)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var allowed = options.Value.Allow.Contains($"{host}:{port}", StringComparer.OrdinalIgnoreCase);
        if (!allowed && !OutsideAddress.IsPort(port))
        {
            throw new OutsideRefusedException();
        }

        var addresses = await resolver.ResolveAsync(host, cancellation);
        if (addresses.Count == 0 || (!allowed && addresses.Any(address => DeniedAddresses.Holds(address) || DeniedAddresses.IsOwn(address))))
        {
            throw new OutsideRefusedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
