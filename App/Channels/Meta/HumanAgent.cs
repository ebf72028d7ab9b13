namespace Inbox.Channels.Meta;

/// <summary>
/// Meta lets a person answer for seven days in place of one, where it has approved the app for that ("Human Agent"). Whether it
/// has is typed in with the channel: without, such a message would be refused as a missing permission.
/// </summary>
/// <seealso href="https://developers.facebook.com/docs/messenger-platform/policy/policy-overview/#human_agent"/>
internal static class HumanAgent
{
    public const string Tag = "HUMAN_AGENT";

    private static readonly TimeSpan Window = TimeSpan.FromDays(7);

    public static ChannelSwitch Switch { get; } = new("human_agent");

    public static ChannelCapabilities Of(ChannelCapabilities capabilities, Channel channel) => Switch.IsOn(channel) ? capabilities with { HumanAgentWindow = Window } : capabilities;
}
