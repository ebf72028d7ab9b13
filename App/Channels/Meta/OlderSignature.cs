namespace Inbox.Channels.Meta;

/// <summary>
/// Programs that pass webhooks on and know only Meta's older signature, HMAC-SHA1. It is weaker, so a channel takes it only
/// where somebody says so, and no secret of the installation is tried with it.
/// </summary>
internal static class OlderSignature
{
    public static ChannelSwitch Switch { get; } = new("older_signature");
}
