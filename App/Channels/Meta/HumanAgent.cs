using System.Text.Json;
using Inbox.Tenancy;

namespace Inbox.Channels.Meta;

/// <summary>
/// Meta lets a person answer for seven days in place of one, where it has approved the app for that ("Human Agent"). Whether it
/// has is typed in with the channel: without, such a message would be refused as a missing permission.
/// </summary>
/// <seealso href="https://developers.facebook.com/docs/messenger-platform/policy/policy-overview/#human_agent"/>
internal static class HumanAgent
{
    public const string Tag = "HUMAN_AGENT";

    private const string Setting = "human_agent";

    private static readonly TimeSpan Window = TimeSpan.FromDays(7);

    public static IReadOnlyList<ChannelField> Fields { get; } = [.. MetaConnection.Fields, new(Setting, IsSecret: false, IsRequired: false) { IsSwitch = true }];

    public static ChannelCapabilities Of(ChannelCapabilities capabilities, Channel channel) => IsOn(channel) ? capabilities with { HumanAgentWindow = Window } : capabilities;

    /// <exception cref="RefusedException">invalid_value, with the field.</exception>
    public static void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values) => ChannelSwitch.Apply(channel, values, Setting);

    public static IReadOnlyDictionary<string, string> Read(Channel channel) => new Dictionary<string, string> { [Setting] = IsOn(channel) ? "true" : "false" };

    private static bool IsOn(Channel channel) => JsonElement.Parse(channel.Settings).At(Setting).ValueKind == JsonValueKind.True;
}
