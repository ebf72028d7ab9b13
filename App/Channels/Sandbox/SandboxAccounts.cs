using System.Collections.Concurrent;

namespace Inbox.Channels.Sandbox;

/// <summary>What the stand-in says of its accounts, as the Graph API does.</summary>
public sealed class SandboxAccounts(SandboxCustomers customers)
{
    private const int TokenSeconds = 60 * 24 * 60 * 60;

    private readonly ConcurrentDictionary<string, byte> _ended = new();
    private readonly ConcurrentDictionary<string, string[]> _fields = new();

    /// <summary>The platform ends the subscription by itself, as after an hour of failures.</summary>
    /// <param name="account">Where the subscription is: the business account of a number, a page, an Instagram account.</param>
    public void EndSubscription(string account) => _ended[account] = 0;

    /// <summary>Where the account's subscription is.</summary>
    internal static string? SubscribedAt(Channel channel) => channel.Kind == SandboxChannels.WhatsApp ? channel.GroupId : channel.ExternalId;

    /// <summary><c>GET /{version}/{node}</c>: the account, a person who wrote to it, or whether the token is good.</summary>
    internal object? Read(Channel channel, string node, string token) => (channel.Kind, node) switch
    {
        (not SandboxChannels.Instagram, "debug_token") when token.Length > 0 => new { data = new { type = channel.Kind == SandboxChannels.Messenger ? "PAGE" : "SYSTEM_USER", is_valid = true, expires_at = 0, scopes = Scopes(channel.Kind) } },
        (SandboxChannels.Instagram, "me") => new { id = channel.ExternalId, user_id = channel.ExternalId, username = channel.Name, account_type = "BUSINESS" },
        (SandboxChannels.WhatsApp, _) when node == channel.ExternalId => new { id = node, display_phone_number = $"+{SandboxChannels.Number}", verified_name = channel.Name, quality_rating = "GREEN", whatsapp_business_manager_messaging_limit = "TIER_250" },
        (SandboxChannels.Messenger, _) when node == channel.ExternalId => new { id = node, name = channel.Name },
        (SandboxChannels.Messenger, _) when SandboxIds.IsOf(channel, node) && customers.NameOf(channel, node) is { } name => new { id = node, name },
        (SandboxChannels.Instagram, _) when SandboxIds.IsOf(channel, node) && customers.NameOf(channel, node) is { } name => new { id = node, name, username = name.ToLowerInvariant().Replace(' ', '.') },
        _ => null,
    };

    /// <summary><c>GET /{version}/{account}/subscribed_apps</c>.</summary>
    internal object Subscriptions(Channel channel)
    {
        var account = SubscribedAt(channel)!;
        return channel.Kind == SandboxChannels.WhatsApp
            ? new { data = _ended.ContainsKey(account) ? [] : new[] { new { whatsapp_business_api_data = new { id = "1", name = "Inbox", link = "https://inbox.example/" } } } }
            : new { data = _ended.ContainsKey(account) || !_fields.TryGetValue(account, out var fields) ? [] : new[] { new { id = "1", name = "Inbox", subscribed_fields = fields } } };
    }

    /// <param name="fields">What is asked for; a number's business account needs no list.</param>
    /// <returns>Null when the list is missing.</returns>
    internal object? Subscribe(Channel channel, string? fields)
    {
        var account = SubscribedAt(channel)!;
        var list = fields?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        if (channel.Kind != SandboxChannels.WhatsApp && list.Length == 0)
        {
            return null;
        }

        _fields[account] = list;
        _ended.TryRemove(account, out _);
        return new { success = true };
    }

    /// <summary>Instagram's exchange of a token for one that lasts longer.</summary>
    internal static object? Refresh(Channel channel, string token)
        => channel.Kind == SandboxChannels.Instagram ? new { access_token = token, token_type = "bearer", expires_in = TokenSeconds } : null;

    private static string[] Scopes(string kind)
        => kind == SandboxChannels.Messenger ? ["pages_messaging", "pages_manage_metadata"] : ["whatsapp_business_management", "whatsapp_business_messaging"];
}
