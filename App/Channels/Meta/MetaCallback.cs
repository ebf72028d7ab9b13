using System.Globalization;

namespace Inbox.Channels.Meta;

/// <summary>Our id of a message in the data that the platform gives back: callback data of WhatsApp, metadata of Messenger.</summary>
internal static class MetaCallback
{
    private const string Prefix = "m:";

    public static string Of(long messageId) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{messageId}");

    /// <returns>Null for data that is not ours.</returns>
    public static long? Read(string? data)
        => data is not null && data.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(data.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? id
            : null;
}
