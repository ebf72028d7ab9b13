using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Inbox.Access.Outside;

/// <summary>Addresses that are nobody's on the public internet, or our own (IANA special-purpose registries; cloud metadata services).</summary>
public static class DeniedAddresses
{
    private static readonly IPNetwork[] Networks = [.. Parse(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "3fff::/20")];

    /// <summary>What IANA gives out as public. All that trust.md lists beside it (::1, 100::/64, fc00::/7, fe80::/10, ...) is outside.</summary>
    private static readonly IPNetwork PublicIPv6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    public static bool Holds(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return Networks.Any(network => network.Contains(address));
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return Holds(address.MapToIPv4());
        }

        var bytes = address.GetAddressBytes();
        return Nat64.Contains(address) ? Holds(new IPAddress(bytes[12..]))
            : !PublicIPv6.Contains(address)
                || Networks.Any(network => network.Contains(address))
                || (SixToFour.Contains(address) && Holds(new IPAddress(bytes[2..6])))
                || (IsIsatap(bytes) && Holds(new IPAddress(bytes[12..])));
    }

    /// <summary>An address of this machine, whatever network it is in: our own listeners answer there.</summary>
    public static bool IsOwn(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return NetworkInterface.GetAllNetworkInterfaces().SelectMany(network => network.GetIPProperties().UnicastAddresses).Any(own => own.Address.Equals(plain));
    }

    /// <summary>RFC 5214, section 6.1: an IPv4 address behind 0000:5efe or 0200:5efe.</summary>
    private static bool IsIsatap(byte[] bytes) => bytes[8] is 0 or 2 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe;

    private static IEnumerable<IPNetwork> Parse(params string[] networks) => networks.Select(network => IPNetwork.Parse(network));
}
