using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Inbox.Access.Keys;

namespace Inbox.Channels;

/// <summary>
/// Credentials of channels: JSON, encrypted for the one row they stand in. Reading is cheap, since every webhook request
/// needs the secrets of its accounts.
/// </summary>
public sealed partial class ChannelCredentials
{
    private readonly ConcurrentDictionary<(long Channel, Type Kind), (long Tenant, byte[] Protected, object? Value)> _read = new();
    private readonly BusinessSecrets _secrets;
    private readonly ILogger<ChannelCredentials> _log;

    public ChannelCredentials(BusinessSecrets secrets, DataKeys keys, ILogger<ChannelCredentials> log)
    {
        (_secrets, _log) = (secrets, log);
        keys.Forgotten += Forget;
    }

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
        _read[key] = (channel.TenantId, credentials, value);
        return value;
    }

    /// <summary>Puts the credentials on the channel, which must have its id (it has once it is added to a context).</summary>
    public void Write<T>(Channel channel, T value) where T : class
        => channel.Credentials = _secrets.Protect(JsonSerializer.Serialize(value), Place(channel));

    private void Forget(long tenant)
    {
        foreach (var (key, _) in _read.Where(known => known.Value.Tenant == tenant))
        {
            _read.TryRemove(key, out _);
        }
    }

    private T? Decrypt<T>(Channel channel, byte[] credentials) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(_secrets.Unprotect(credentials, Place(channel)));
        }
        catch (Exception error) when (error is CryptographicException or JsonException)
        {
            CannotRead(error, channel.TenantId, channel.Id);
            return null;
        }
    }

    internal static SecretPlace Place(Channel channel) => new(channel.TenantId, "Channels", "Credentials", channel.Id);

    [LoggerMessage(LogLevel.Error, "The credentials of channel {ChannelId} of tenant {TenantId} cannot be decrypted: connect it again")]
    private partial void CannotRead(Exception error, long tenantId, long channelId);
}
