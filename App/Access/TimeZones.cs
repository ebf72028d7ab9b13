namespace Inbox.Access;

/// <summary>Zones by their IANA names, as people and programs write them.</summary>
public static class TimeZones
{
    private const int LongestName = 100;

    /// <summary>All that this machine knows, by name.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. TimeZoneInfo.GetSystemTimeZones().Where(zone => zone.HasIanaId).Select(zone => zone.Id).Order(StringComparer.Ordinal)];

    /// <returns>Null when it is no IANA zone that this machine knows.</returns>
    public static TimeZoneInfo? Find(string? name)
        => name is { Length: <= LongestName } && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId ? zone : null;
}
