using System.Runtime.CompilerServices;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Audit;

/// <summary>Which rows. Null does not narrow.</summary>
/// <param name="Actor">The id of a person, or of an API key where <paramref name="ActorKind"/> says so.</param>
/// <param name="Action">One, or all of an object with a dot at the end: <c>channel.</c></param>
/// <param name="From">Of this time and later, UTC.</param>
/// <param name="To">Before this time, UTC.</param>
/// <param name="ActorKind">Null means people where <paramref name="Actor"/> is given, and else everybody.</param>
/// <param name="Text">A part of the name of the person, the key or the object, or of the address, without regard to case.</param>
public sealed record AuditFilter(
    long? Actor = null, string? Action = null, string? ObjectType = null, string? ObjectId = null, DateTime? From = null, DateTime? To = null, CallerKind? ActorKind = null, string? Text = null);

/// <summary>Somebody whom the trail knows.</summary>
public sealed record AuditActor(CallerKind Kind, long Id, string Name);

/// <summary>Reads the audit rows of the caller's business, newest first. A super-admin without a business reads the installation's.</summary>
public sealed class AuditRows(IDbContextFactory<InboxDb> dbs, IEnumerable<IAuditMask> masks)
{
    private const int ExportPage = 1000;

    /// <param name="before">Rows with lower numbers; null from the newest.</param>
    /// <exception cref="ForbiddenException">The caller may not see the trail.</exception>
    public async Task<Page<AuditEvent>> PageAsync(Caller caller, AuditFilter filter, long? before, int limit, CancellationToken cancellation)
    {
        Require(caller, AuditPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var rows = await Of(db, caller, filter).Where(row => before == null || row.Sequence < before)
            .OrderByDescending(row => row.Sequence).Take(limit + 1).ToListAsync(cancellation);
        foreach (var mask in masks.Where(mask => !caller.May(mask.Permission)))
        {
            rows.ForEach(mask.Put);
        }

        return rows.Count <= limit
            ? new Page<AuditEvent>(rows, null)
            : new Page<AuditEvent>(rows[..limit], new Cursor(rows[limit - 1].At, rows[limit - 1].Sequence).ToString());
    }

    /// <summary>The people, keys and actions that the trail knows, for the filters of the screen.</summary>
    public async Task<(IReadOnlyList<AuditActor> Actors, IReadOnlyList<string> Actions)> ChoicesAsync(Caller caller, CancellationToken cancellation)
    {
        Require(caller, AuditPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var all = Of(db, caller, new AuditFilter());
        var actions = await all.Select(row => row.Action).Distinct().OrderBy(action => action).ToListAsync(cancellation);
        var actors = await all.Where(row => row.ActorId != null && row.ActorName != null).GroupBy(row => new { IsKey = row.ActorKind == CallerKind.Key, Id = row.ActorId!.Value })
            .Select(group => new { group.Key.IsKey, group.Key.Id, Name = group.Max(row => row.ActorName) }).ToListAsync(cancellation);
        return ([.. actors.Select(actor => new AuditActor(actor.IsKey ? CallerKind.Key : CallerKind.User, actor.Id, actor.Name!)).OrderBy(actor => actor.Name, StringComparer.OrdinalIgnoreCase)], actions);
    }

    /// <summary>All rows of the filter, oldest first. That somebody exports them is a row of the trail before the first is given out.</summary>
    /// <param name="format">Noted in that row.</param>
    /// <exception cref="ForbiddenException">The caller may not export the trail, or not read all of it; thrown before anything is read.</exception>
    public async Task<IAsyncEnumerable<AuditEvent>> ExportAsync(Caller caller, AuditFilter filter, string format, CancellationToken cancellation)
    {
        Require(caller, AuditPermissions.Export);
        foreach (var mask in masks)
        {
            Require(caller, mask.Permission);   // with masks in it, nobody could verify it
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        db.Audit(caller, "audit.exported", new AuditObject("audit", null), after: new { format, filter });
        await db.SaveChangesAsync(cancellation);
        return ReadAsync(caller, filter, cancellation);
    }

    /// <summary>Whether <see cref="ExportAsync"/> lets the caller.</summary>
    public bool MayExport(Caller caller) => masks.Select(mask => mask.Permission).Append(AuditPermissions.Export).All(caller.May);

    private async IAsyncEnumerable<AuditEvent> ReadAsync(Caller caller, AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        long last = 0;
        List<AuditEvent> page;
        do
        {
            page = await Of(db, caller, filter).Where(row => row.Sequence > last).OrderBy(row => row.Sequence).Take(ExportPage).ToListAsync(cancellation);
            foreach (var row in page)
            {
                yield return row;
                last = row.Sequence;
            }
        }
        while (page.Count == ExportPage);
    }

    private static IQueryable<AuditEvent> Of(InboxDb db, Caller caller, AuditFilter filter)
    {
        var rows = db.Set<AuditEvent>().AsNoTracking().Where(row => row.TenantId == caller.TenantId);
        rows = filter.Actor is { } actor ? rows.Where(row => row.ActorId == actor && (row.ActorKind == CallerKind.Key) == (filter.ActorKind == CallerKind.Key)) : rows;
        rows = filter is { Actor: null, ActorKind: { } kind } ? rows.Where(row => row.ActorKind == kind) : rows;
        rows = filter.Action is not { Length: > 0 } action ? rows
            : action.EndsWith('.') ? rows.Where(row => row.Action.StartsWith(action))
            : rows.Where(row => row.Action == action);
        rows = filter.ObjectType is { Length: > 0 } type ? rows.Where(row => row.ObjectType == type) : rows;
        rows = filter.ObjectId is { Length: > 0 } id ? rows.Where(row => row.ObjectId == id) : rows;
        rows = filter.From is { } from ? rows.Where(row => row.At >= from) : rows;
        rows = filter.To is { } to ? rows.Where(row => row.At < to) : rows;
        if (filter.Text?.Trim().ToUpperInvariant() is { Length: > 0 } part)
        {
#pragma warning disable CA1304, CA1311, CA1862 // becomes SQL, which knows upper() and no comparisons of ours
            rows = rows.Where(row => row.ObjectName!.ToUpper().Contains(part) || row.ActorName!.ToUpper().Contains(part) || row.OnBehalfOfName!.ToUpper().Contains(part) || row.Address!.ToUpper().Contains(part));
#pragma warning restore CA1304, CA1311, CA1862
        }

        return rows;
    }

    private static void Require(Caller caller, string permission)
    {
        if (!(caller.TenantId == 0 && caller.IsSuperAdmin))
        {
            caller.Require(permission);
        }
    }
}
