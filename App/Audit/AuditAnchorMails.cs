using Inbox.Access.Mail;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Inbox.Audit;

/// <summary>
/// Mails the end of each chain that grew to the owners of the business, and the installation's to those who run it: a copy
/// that lies where nobody who holds database and key can change it. One node a day does it.
/// </summary>
internal sealed class AuditAnchorMails(Mails mails, IOptions<EmailOptions> email, Node node, IServiceScopeFactory scopes, IStringLocalizer<AuditAnchorMails> text, TimeProvider clock)
{
    private const string Lease = "audit-anchor-mails";

    private static readonly TimeSpan LeaseFor = TimeSpan.FromHours(20);

    public async Task SendAsync(IReadOnlyList<AuditEnd> ends, CancellationToken cancellation)
    {
        if (ends.Count == 0 || !mails.IsConfigured)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        await using (var write = await db.BeginAsync(cancellation))
        {
            if (!await db.HoldAsync(Lease, node.Name, clock.GetUtcNow().UtcDateTime, LeaseFor, cancellation))
            {
                return;
            }

            await write.CommitAsync(cancellation);
        }

        var names = await db.Set<Tenant>().ToDictionaryAsync(tenant => tenant.Id, tenant => tenant.Name, cancellation);
        foreach (var end in ends.Where(end => end.TenantId == 0 || names.ContainsKey(end.TenantId)))
        {
            var name = end.TenantId == 0 ? text["installation"].Value : names[end.TenantId];
            foreach (var address in end.TenantId == 0 ? await db.InstallationAsync(email.Value, cancellation) : await db.OwnersAsync(end.TenantId, cancellation))
            {
                await mails.SendAsync(address, text["subject", name], text["body", name, end.Sequence, end.Hash, clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture)], cancellation);
            }
        }
    }
}
