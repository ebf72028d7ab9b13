using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Inbox.Access;

namespace Inbox.Channels;

/// <summary>
/// Credentials of channels: JSON, encrypted for the one row they stand in. Reading is cheap, since every webhook request
/// needs the secrets of its accounts.
/// </summary>
public sealed partial class ChannelCredentials(SecretBox box, ILogger<ChannelCredentials> log)
{
    private readonly ConcurrentDictionary<(long Channel, Type Kind), (byte[] Protected, object? Value)> _read = new();

    /// <returns>Null when the channel has none, or they cannot be decrypted (the installation's keys are others now).</returns>
    public T? Read<T>(Channel channel) where T : class
    {
        if (channel.Credentials is not { } credentials)
        {
            return null;
        }

        var key = (channel.Id, typeof(T));
        if (_read.TryGetValue(key, out var known) && known.Protected.AsSpan().SequenceEqual(credentials))
        {
            return (T?)known.Value;
        }

        var value = Decrypt<T>(channel, credentials);
        _read[key] = (credentials, value);
        return value;
    }

    /// <summary>Puts the credentials on the channel, which must have its id (it has once it is added to a context).</summary>
    public void Write<T>(Channel channel, T value) where T : class
        => channel.Credentials = box.Protect(JsonSerializer.Serialize(value), Purpose(channel));

    private T? Decrypt<T>(Channel channel, byte[] credentials) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(box.Unprotect(credentials, Purpose(channel)));
        }
        catch (Exception error) when (error is CryptographicException or JsonException)
        {
            CannotRead(error, channel.TenantId, channel.Id);
            return null;
        }
    }

    internal static string Purpose(Channel channel)
        => string.Create(CultureInfo.InvariantCulture, $"{channel.TenantId}|Channels|Credentials|{channel.Id}");

    [LoggerMessage(LogLevel.Error, "The credentials of channel {ChannelId} of tenant {TenantId} cannot be decrypted: connect it again")]
    private partial void CannotRead(Exception error, long tenantId, long channelId);
}
