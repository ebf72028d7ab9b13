using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Inbox.Channels.Sandbox;

/// <summary>
/// The ids of made-up people and of uploads. As at the platform an id is good for one account only; which one, it says by
/// its last digits, so that the stand-in knows its own without remembering them.
/// </summary>
public static class SandboxIds
{
    private const int Own = 12;
    private const int Check = 4;

    /// <summary>The id of what has this name, at this account; the same each time.</summary>
    public static string IdOf(Channel channel, string name)
    {
        var own = Digits($"{channel.ExternalId}:{name.Trim()}", Own, first: '7');
        return own + Digits($"{channel.ExternalId}:{own}", Check);
    }

    public static bool IsOf(Channel channel, string id) => id.Length == Own + Check && id[Own..] == Digits($"{channel.ExternalId}:{id[..Own]}", Check);

    private static string Digits(string text, int count, char? first = null)
    {
        var number = BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text))).ToString("D20", CultureInfo.InvariantCulture);
        var digits = number[^count..];
        return first is { } leading ? leading + digits[1..] : digits;
    }
}
