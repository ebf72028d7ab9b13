using Inbox.Access;
using Inbox.Access.Mail;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Inbox.Triggers.Webhooks;

/// <summary>Tells those who can do something about it that a webhook was switched off by itself.</summary>
internal sealed class WebhookNotices(Mails mails, IOptions<AccessOptions> access, IStringLocalizer<WebhookNotices> text)
{
    public async Task SendAsync(InboxDb db, OutgoingWebhook webhook, CancellationToken cancellation)
    {
        if (!mails.IsConfigured)
        {
            return;
        }

        var business = await db.Set<Tenant>().Where(tenant => tenant.Id == webhook.TenantId).Select(tenant => tenant.Name).SingleAsync(cancellation);
        var page = access.Value.PublicBaseUrl is { } address ? new Uri(address, "/outgoing-webhooks").AbsoluteUri : text["page"].Value;
        foreach (var person in await db.PeopleWithAsync(webhook.TenantId, WebhookPermissions.Write, cancellation))
        {
            await mails.SendAsync(person, text["subject", business], text["body", webhook.Url, business, text[webhook.DisabledReason ?? ""], page], cancellation);
        }
    }
}
