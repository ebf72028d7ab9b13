using System.ComponentModel;
using Inbox.Tenancy;

namespace Inbox.Triggers;

public static class WebhookPermissions
{
    [Description("See outgoing webhooks and their deliveries")]
    [Roles]
    public const string Read = "webhooks.read";

    [Description("Make, change and remove outgoing webhooks and send deliveries again")]
    public const string Write = "webhooks.write";
}
