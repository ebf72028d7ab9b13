using System.Security.Cryptography;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Audit;

/// <summary>
/// Reads chains from their first row and recomputes every hash. Rows are read in pages without a transaction, so a server
/// that writes meanwhile is not held up; what it adds is read too.
/// </summary>
public sealed class AuditVerification(IDbContextFactory<InboxDb> dbs, AuditKeys keys, AuditAnchors anchors)
{
    public const int MostFindings = 200;

    private const int PageSize = 2000;

    /// <summary>For the button on the screen: the chain of the caller's business, and whoever looks is written into it.</summary>
    public async Task<AuditReport> CheckAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(AuditPermissions.Read);
        var report = await VerifyAsync(caller.TenantId, cancellation);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        db.Audit(caller, "audit.verified", new AuditObject("audit", null), after: new { report.Rows, report.Problems });
        await db.SaveChangesAsync(cancellation);
        return report;
    }

    /// <summary>The installation's chain and one for each business that is or was there, for the command line.</summary>
    public async IAsyncEnumerable<AuditReport> AllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        List<long> chains;
        await using (var db = await dbs.CreateDbContextAsync(cancellation))
        {
            chains = [
                0,
                .. await db.Set<Tenant>().Select(tenant => tenant.Id).ToListAsync(cancellation),
                .. await db.Set<AuditTip>().IgnoreQueryFilters([Filters.Tenant]).Select(tip => tip.TenantId).ToListAsync(cancellation),
                .. await db.Set<AuditEvent>().IgnoreQueryFilters([Filters.Tenant]).Select(row => row.TenantId).Distinct().ToListAsync(cancellation),
                .. anchors.Tenants(),
            ];
        }

        foreach (var chain in chains.Distinct().Order())
        {
            yield return await VerifyAsync(chain, cancellation);
        }
    }

    public async Task<AuditReport> VerifyAsync(long tenantId, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var walk = new AuditWalk(tenantId, keys, anchors.Of(tenantId));
        AuditTip? tip;
        do
        {
            while (await PageAsync(db, tenantId, walk.Last, cancellation) is { Count: > 0 } page)
            {
                page.ForEach(walk.Step);
            }

            tip = await db.Set<AuditTip>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().SingleOrDefaultAsync(row => row.TenantId == tenantId, cancellation);
        }
        while (tip?.Sequence > walk.Last && await PageAsync(db, tenantId, walk.Last, cancellation) is { Count: > 0 });

        return walk.Finish(tip);
    }

    private static Task<List<AuditEvent>> PageAsync(InboxDb db, long tenantId, long after, CancellationToken cancellation)
        => db.Set<AuditEvent>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking()
            .Where(row => row.TenantId == tenantId && row.Sequence > after).OrderBy(row => row.Sequence).Take(PageSize).ToListAsync(cancellation);
}

/// <summary>One walk over a chain, row by row in the order of their numbers.</summary>
internal sealed class AuditWalk(long tenantId, AuditKeys keys, IReadOnlyDictionary<long, byte[]> anchored)
{
    /// <summary>Rows that are tried at each other's places to tell a reordering from an edit.</summary>
    private const int MostSuspects = 60;

    private readonly List<AuditFinding> _findings = [];
    private readonly List<AuditEvent> _suspects = [];
    private readonly HashSet<long> _erased = [];
    private readonly HashSet<long> _mayBeErased = [];
    private long _rows;
    private AuditEvent? _last;
    private bool _lastIsWrong;

    public long Last => _last?.Sequence ?? 0;

    public void Step(AuditEvent row)
    {
        _rows++;
        var expected = Last + 1;
        if (row.Sequence != expected)
        {
            // A row below 1 has no place at all.
            Add(row.Sequence > expected ? new AuditFinding(AuditProblem.Missing, expected, row.Sequence - 1) : At(AuditProblem.Edited, row));
        }

        var problem = Check(row);
        if (problem == AuditProblem.Edited && _suspects.Count < MostSuspects)
        {
            _suspects.Add(row);
        }
        else if (problem is { } found)
        {
            Add(At(found, row));
        }
        else if (row.Sequence == expected && !_lastIsWrong && !row.Previous.AsSpan().SequenceEqual(_last?.Hash ?? AuditHash.Start))
        {
            Add(At(AuditProblem.Unlinked, row));
        }

        if (problem is null && row.Action == AuditChain.Repaired)
        {
            Add(At(AuditProblem.Repaired, row));
        }

        if (anchored.TryGetValue(row.Sequence, out var hash) && !hash.AsSpan().SequenceEqual(row.Hash))
        {
            Add(At(AuditProblem.Rewritten, row));
        }

        if (problem is null && row.Action == AuditErasure.Action)
        {
            _mayBeErased.UnionWith(AuditErasure.Read(row));
        }

        (_last, _lastIsWrong) = (row, problem is not null);
    }

    /// <param name="tip">Read after the last row.</param>
    public AuditReport Finish(AuditTip? tip)
    {
        foreach (var row in _suspects)
        {
            Add(PlaceOf(row) is { } place ? At(AuditProblem.Moved, row) with { Other = place } : At(AuditProblem.Edited, row));
        }

        foreach (var sequence in _erased.Except(_mayBeErased).Order())
        {
            Add(new AuditFinding(AuditProblem.Erased, sequence, sequence));
        }

        End(tip);
        return new AuditReport(
            tenantId,
            _rows,
            _erased.Count,
            [.. _findings.OrderBy(finding => finding.Sequence).Take(AuditVerification.MostFindings)],
            _findings.Count,
            _last is null ? null : Convert.ToHexStringLower(_last.Hash));
    }

    private void End(AuditTip? tip)
    {
        if (tip is null && Last == 0 && anchored.Count == 0)
        {
            return;   // a business in which nothing has happened yet
        }

        var end = tip is not null && AuditHash.IsTrue(tip, keys) ? tip.Sequence : 0;
        var known = Math.Max(end, anchored.Count == 0 ? 0 : anchored.Keys.Max());
        if (known > Last)
        {
            Add(new AuditFinding(AuditProblem.CutOff, Last + 1, known));
        }

        if (tip is null || end != tip.Sequence || tip.Sequence < Last || (tip.Sequence == Last && _last is not null && !tip.Hash.AsSpan().SequenceEqual(_last.Hash)))
        {
            Add(new AuditFinding(AuditProblem.WrongTip, Last, Last));
        }
    }

    private AuditProblem? Check(AuditEvent row)
    {
        if (keys.Find(row.KeyId) is not { } key)
        {
            return AuditProblem.UnknownKey;
        }

        if (!HasWhatWasSigned(row))
        {
            return AuditProblem.Edited;
        }

        if (row.Salt is null)
        {
            _erased.Add(row.Sequence);
        }

        return CryptographicOperations.FixedTimeEquals(AuditHash.Row(row, key, row.Sequence), row.Hash) ? null : AuditProblem.Edited;
    }

    private static bool HasWhatWasSigned(AuditEvent row)
        => row.Salt is { } salt
            ? AuditHash.Person(row, salt).AsSpan().SequenceEqual(row.PersonHash) && AuditHash.Change(row, salt).AsSpan().SequenceEqual(row.ChangeHash)
            : row is { ActorName: null, OnBehalfOfName: null, Address: null, Session: null, ObjectName: null, Before: null, After: null };

    /// <summary>Where the row was signed for, among the places that are wrong or empty.</summary>
    private long? PlaceOf(AuditEvent row)
    {
        if (!HasWhatWasSigned(row) || keys.Find(row.KeyId) is not { } key)
        {
            return null;
        }

        var places = _suspects.Select(other => other.Sequence)
            .Concat(_findings.Where(finding => finding.Problem == AuditProblem.Missing).SelectMany(gap => Enumerable.Range(0, (int)Math.Min(MostSuspects, gap.Until - gap.Sequence + 1)).Select(step => gap.Sequence + step)))
            .Take(4 * MostSuspects);
        return places.Where(place => place != row.Sequence && AuditHash.Row(row, key, place).AsSpan().SequenceEqual(row.Hash)).Select(place => (long?)place).FirstOrDefault();
    }

    private void Add(AuditFinding finding) => _findings.Add(finding);

    private static AuditFinding At(AuditProblem problem, AuditEvent row) => new(problem, row.Sequence, row.Sequence);
}
