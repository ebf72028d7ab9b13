using System.Text.Json;
using Inbox.Tenancy;

namespace Inbox.Channels.Meta;

/// <summary>
/// Programs that pass webhooks on and know only Meta's older signature, HMAC-SHA1. It is weaker, so a channel takes it only
/// where somebody says so, and no secret of the installation is tried with it.
/// </summary>
internal static class OlderSignature
{
    private const string Setting = "older_signature";

    public static ChannelField Field { get; } = new(Setting, IsSecret: false, IsRequired: false) { IsSwitch = true };

    public static bool IsOn(Channel channel) => JsonElement.Parse(channel.Settings).At(Setting).ValueKind == JsonValueKind.True;

    /// <exception cref="RefusedException">invalid_value, with the field.</exception>
    public static void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values) => ChannelSwitch.Apply(channel, values, Setting);

    public static KeyValuePair<string, string> Read(Channel channel) => new(Setting, IsOn(channel) ? "true" : "false");
}
