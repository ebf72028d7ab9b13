using System.Text.Json.Serialization;
using Inbox.Channels.Outbound;

namespace Inbox.Channels.Meta;

/// <summary>What a channel of the Meta platform is connected with. Stored encrypted, see <see cref="ChannelCredentials"/>.</summary>
public sealed record MetaCredentials
{
    /// <summary>What a send comes to without a token.</summary>
    internal static readonly SendResult.Refused NoToken = new("no_access_token", "The channel has no valid access token. An administrator must connect it again.", StopsChannel: true);

    /// <summary>Sent as bearer with each call.</summary>
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    /// <summary>The secret of the app that owns the webhook; null: the installation's.</summary>
    [JsonPropertyName("app_secret")]
    public string? AppSecret { get; init; }

    /// <summary>The secret before, which is good until <see cref="PreviousUntil"/>: it is not changed here and at Meta at one moment.</summary>
    [JsonPropertyName("previous_app_secret")]
    public string? PreviousAppSecret { get; init; }

    [JsonPropertyName("previous_until")]
    public DateTime? PreviousUntil { get; init; }

    /// <summary>What we typed into Meta's form beside the webhook address; null: the installation's.</summary>
    [JsonPropertyName("verify_token")]
    public string? VerifyToken { get; init; }
}

internal static class MetaTokens
{
    /// <returns>The access token of the account; null when it has none.</returns>
    public static string? TokenOf(this ChannelCredentials credentials, Channel account)
        => credentials.Read<MetaCredentials>(account)?.AccessToken is { Length: > 0 } token ? token : null;
}
