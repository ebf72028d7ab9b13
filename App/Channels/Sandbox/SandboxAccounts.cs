using System.Collections.Concurrent;

namespace Inbox.Channels.Sandbox;

/// <summary>What the stand-in says of its accounts, as the Graph API does.</summary>
public sealed class SandboxAccounts
{
    private readonly ConcurrentDictionary<string, byte> _ended = new();

    /// <summary>The platform ends the subscription by itself, as after an hour of failures.</summary>
    public void EndSubscription(string businessAccount) => _ended[businessAccount] = 0;

    /// <summary><c>GET /{version}/{node}</c>: the account, or whether the token is good.</summary>
    internal static object? Read(Channel channel, string node, string token) => node switch
    {
        "debug_token" when token.Length > 0 => new { data = new { type = "SYSTEM_USER", is_valid = true, expires_at = 0, scopes = new[] { "whatsapp_business_management", "whatsapp_business_messaging" } } },
        _ when node == channel.ExternalId => new { id = node, display_phone_number = $"+{SandboxChannels.Number}", verified_name = channel.Name },
        _ => null,
    };

    /// <summary><c>GET /{version}/{business account}/subscribed_apps</c>.</summary>
    internal object Subscriptions(string businessAccount)
        => new { data = _ended.ContainsKey(businessAccount) ? [] : new[] { new { whatsapp_business_api_data = new { id = "1", name = "Inbox", link = "https://inbox.example/" } } } };

    internal object Subscribe(string businessAccount)
    {
        _ended.TryRemove(businessAccount, out _);
        return new { success = true };
    }
}
