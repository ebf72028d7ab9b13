using System.Net;
using System.Net.Sockets;

namespace Inbox.Access.Http;

/// <summary>Who counts as one caller for limits, when nothing but the address is known.</summary>
public static class Network
{
    /// <summary>An IPv6 customer has a whole /64 to himself.</summary>
    public static string Of(IPAddress? address)
        => address is null ? "unknown"
            : address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString()
            : address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
}
