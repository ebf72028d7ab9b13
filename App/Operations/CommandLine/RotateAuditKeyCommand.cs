using Inbox.Audit;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Operations.CommandLine;

/// <summary>On SQLite while no server runs; on other databases the servers are restarted afterwards.</summary>
internal sealed class RotateAuditKeyCommand : ICommand
{
    public string Name => "rotate-audit-key";

    public string Usage => "";

    public string Summary => "Makes a new key for the audit chains; the old one stays beside it, to verify what it signed.";

    public async Task<int> RunAsync(IServiceProvider services, CommandArguments arguments, CancellationToken cancellation)
    {
        services.GetRequiredService<DataDirectory>().Create();
        services.GetRequiredService<InstallationLock>().Take();
        var keys = services.GetRequiredService<AuditKeys>();
        if (!keys.Rotate())
        {
            throw new CommandException("The audit key comes from the configuration. Put a new one in Inbox:Keys:AuditKey and the old one in Inbox:Keys:PreviousAuditKeys, and restart.");
        }

        await using var scope = services.CreateAsyncScope();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        var chains = await db.Set<AuditTip>().IgnoreQueryFilters([Filters.Tenant]).Select(tip => tip.TenantId).ToListAsync(cancellation);
        foreach (var chain in chains.Append(0).Distinct())
        {
            db.Audit(Caller.System(chain), "audit.key_rotated", new AuditObject("audit_key", keys.Current.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        await db.SaveChangesAsync(cancellation);
        Console.Out.WriteLine("The audit chains are signed with a new key from now on. Make a backup: without the folder keys they cannot be verified.");
        return 0;
    }
}
