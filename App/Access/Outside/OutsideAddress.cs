using System.Collections.Frozen;
using Inbox.Tenancy;

namespace Inbox.Access.Outside;

/// <summary>
/// The shape of an address that a business types in. It says nothing about where the name leads: that is judged when the
/// connection is made, every time.
/// </summary>
public static class OutsideAddress
{
    public const int LongestAddress = 2000;

    private const int FirstFreePort = 1024;

    /// <summary>Databases, caches, brokers and machines' own services; nothing that answers a webhook.</summary>
    private static readonly FrozenSet<int> OtherServices =
        [1433, 1521, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 4369, 5432, 5672, 5900, 5984, 6000, 6379, 6443, 6667, 8086, 9042, 9092, 9200, 9300, 10250, 11211, 15672, 27017];

    /// <param name="field">The body's field, for the refusal.</param>
    /// <exception cref="RefusedException">invalid_value.</exception>
    public static Uri Require(string? text, string field)
        => Find(text) ?? throw new RefusedException("invalid_value", "The address must begin with https:// or http://, hold no name or password, and use port 80, 443 or one above 1023 that is no database's.", field: field);

    /// <returns>Null when it is no address that may be called.</returns>
    public static Uri? Find(string? text)
        => text is { Length: > 0 and <= LongestAddress } && Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            && address.UserInfo.Length == 0 && address.IdnHost.Length > 0 && IsPort(address.Port)
            ? address
            : null;

    internal static bool IsPort(int port) => port is 80 or 443 || (port >= FirstFreePort && !OtherServices.Contains(port));
}
