using System.Security.Cryptography;
using System.Text;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Audit;

/// <summary>
/// Adds the audit rows of a transaction to the chain of their business, right before the commit. The tip's row is locked
/// as the last thing of the transaction, so writers of one business take turns for the length of a commit and never wait
/// for each other in a circle; messages write no audit rows and do not come here.
/// </summary>
public sealed class AuditChain(AuditKeys keys, CurrentOrigin origin, TimeProvider clock) : ISaveRule
{
    /// <summary>Written by itself where the end of the chain is not as it was left; verifying names it.</summary>
    public const string Repaired = "audit.repaired";

    public async ValueTask BeforeCommitAsync(InboxDb db, CancellationToken cancellation)
    {
        if (db.LateRows.Count == 0)
        {
            return;
        }

        var pending = db.LateRows.OfType<PendingAudit>().ToList();
        foreach (var chain in pending.GroupBy(one => one.Row.TenantId).OrderBy(chain => chain.Key))
        {
            await AppendAsync(db, chain.Key, [.. chain.Select(Complete)], cancellation);
        }

        foreach (var one in pending)
        {
            db.LateRows.Remove(one);
        }
    }

    private AuditEvent Complete(PendingAudit pending)
    {
        var (row, target) = (pending.Row, pending.Target());
        row.ActorName = Clean(row.ActorName, 200);
        row.OnBehalfOfName = Clean(row.OnBehalfOfName, 200);
        row.Address = Clean(origin.Address, 64);
        row.Session = Clean(origin.Session, 64);
        row.ObjectType = target.Type;
        row.ObjectId = Clean(target.Id, 64);
        row.ObjectName = Clean(target.Name, 200);
        return row;
    }

    private async Task AppendAsync(InboxDb db, long tenantId, List<AuditEvent> rows, CancellationToken cancellation)
    {
        var key = keys.Current;
        var tip = await LockTipAsync(db, tenantId, key, cancellation);
        var last = await db.Set<AuditEvent>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.TenantId == tenantId)
            .OrderByDescending(row => row.Sequence).Select(row => new { row.Sequence, row.Hash }).FirstOrDefaultAsync(cancellation);
        var (sequence, previous) = (tip.Sequence, tip.Hash);
        if (!AuditHash.IsTrue(tip, keys) || (last?.Sequence ?? 0) != tip.Sequence || (last is not null && !last.Hash.AsSpan().SequenceEqual(tip.Hash)))
        {
            rows.Insert(0, Broken(tenantId, tip.Sequence, last?.Sequence ?? 0));
            sequence = Math.Max(sequence, last?.Sequence ?? 0);
            previous = last?.Hash ?? AuditHash.Start;
        }

        var now = ToMilliseconds(clock.GetUtcNow().UtcDateTime);
        foreach (var row in rows)
        {
            row.Sequence = ++sequence;
            row.At = now;
            row.Salt = RandomNumberGenerator.GetBytes(AuditHash.SaltSize);
            row.PersonHash = AuditHash.Person(row, row.Salt);
            row.ChangeHash = AuditHash.Change(row, row.Salt);
            row.Previous = previous;
            row.KeyId = key.Id;
            row.Hash = previous = AuditHash.Row(row, key, row.Sequence);
        }

        await db.InsertAsync(rows, cancellation);
        await db.UpdateAsync([AuditHash.TipOf(tenantId, sequence, previous, key)], TipColumns, cancellation);
    }

    private static readonly string[] TipColumns = [nameof(AuditTip.Sequence), nameof(AuditTip.Hash), nameof(AuditTip.KeyId), nameof(AuditTip.Mac)];

    /// <summary>From here to the commit this transaction alone writes to the chain.</summary>
    private static async Task<AuditTip> LockTipAsync(InboxDb db, long tenantId, AuditKey key, CancellationToken cancellation)
    {
        var tips = db.Set<AuditTip>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().Where(tip => tip.TenantId == tenantId);
        var start = AuditHash.TipOf(tenantId, 0, AuditHash.Start, key);
        if (await tips.ExecuteUpdateAsync(set => set.SetProperty(tip => tip.Sequence, tip => tip.Sequence), cancellation) == 0)
        {
            await InsertUnlessThereAsync(db, start, cancellation);
            await tips.ExecuteUpdateAsync(set => set.SetProperty(tip => tip.Sequence, tip => tip.Sequence), cancellation);
        }

        return await tips.SingleOrDefaultAsync(cancellation) ?? start;
    }

    /// <summary>Two first rows of a business at once: the second waits here for the first, in place of failing on its key.</summary>
    private static async Task InsertUnlessThereAsync(InboxDb db, AuditTip tip, CancellationToken cancellation)
    {
        if (db.Database.IsSqlServer())
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO "AuditTips" ("TenantId", "Sequence", "Hash", "KeyId", "Mac")
                SELECT {tip.TenantId}, {tip.Sequence}, {tip.Hash}, {tip.KeyId}, {tip.Mac}
                WHERE NOT EXISTS (SELECT 1 FROM "AuditTips" WITH (UPDLOCK, HOLDLOCK) WHERE "TenantId" = {tip.TenantId})
                """,
                cancellation);
            return;
        }

        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO "AuditTips" ("TenantId", "Sequence", "Hash", "KeyId", "Mac")
            VALUES ({tip.TenantId}, {tip.Sequence}, {tip.Hash}, {tip.KeyId}, {tip.Mac}) ON CONFLICT DO NOTHING
            """,
            cancellation);
    }

    private static AuditEvent Broken(long tenantId, long tip, long last)
    {
        var (_, facts) = AuditFacts.Of(null, new { Tip = tip, LastRow = last });
        return new AuditEvent { TenantId = tenantId, ActorKind = CallerKind.System, ActorName = "Inbox", Action = Repaired, ObjectType = "audit", After = facts };
    }

    /// <summary>What every database stores and gives back the same.</summary>
    private static DateTime ToMilliseconds(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);

    private static string? Clean(string? text, int most)
        => text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Replace("\0", "", StringComparison.Ordinal))).Cut(most);
}
