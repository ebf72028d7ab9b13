using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Channels;

public static class ChannelPermissions
{
    [Description("See the connected channels and their health")]
    [ForSending]
    public const string Read = "channels.read";

    [Description("Connect, change and remove channels")]
    public const string Write = "channels.write";
}
