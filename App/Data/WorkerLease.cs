using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Inbox.Data;

/// <summary>
/// Work that one node does at a time. The holder renews the lease in the transaction of its work; a node that lost it
/// changes no row there and its transaction ends without effect.
/// </summary>
public sealed class WorkerLease
{
    public required string Name { get; init; }

    public required string Owner { get; set; }

    public required DateTime Until { get; set; }

    /// <summary>Grows with each change of owner.</summary>
    public long Fence { get; set; }
}

file sealed class WorkerLeaseMap : IEntityTypeConfiguration<WorkerLease>
{
    public void Configure(EntityTypeBuilder<WorkerLease> lease)
    {
        lease.ToTable("WorkerLeases");
        lease.HasKey(l => l.Name);
        lease.Property(l => l.Name).HasMaxLength(60);
    }
}

/// <summary>This process among those that share the database.</summary>
public sealed class Node
{
    public string Name { get; } = $"{Guid.NewGuid():N}:{Environment.ProcessId}:{Environment.MachineName}".Cut(90);
}

public static class WorkerLeases
{
    extension(InboxDb db)
    {
        /// <summary>Takes or renews a lease inside the transaction of the work that it protects.</summary>
        /// <returns>False while another node holds it.</returns>
        public async Task<bool> HoldAsync(string name, string owner, DateTime now, TimeSpan length, CancellationToken cancellation)
        {
            var until = now + length;
            var held = await db.Set<WorkerLease>().Where(lease => lease.Name == name && (lease.Owner == owner || lease.Until < now)).ExecuteUpdateAsync(
                set => set
                    .SetProperty(lease => lease.Fence, lease => lease.Owner == owner ? lease.Fence : lease.Fence + 1)
                    .SetProperty(lease => lease.Owner, owner)
                    .SetProperty(lease => lease.Until, until),
                cancellation);
            if (held == 1)
            {
                return true;
            }

            if (await db.Set<WorkerLease>().AnyAsync(lease => lease.Name == name, cancellation))
            {
                return false;
            }

            // Two nodes that start on an empty table at once: the second one's transaction fails and its next round finds the row.
            await db.InsertAsync([new WorkerLease { Name = name, Owner = owner, Until = until, Fence = 1 }], cancellation);
            return true;
        }
    }
}
