using System.Globalization;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tenancy;

/// <summary>What was changed or read.</summary>
/// <param name="Type">A product word in snake case, for example <c>channel</c>.</param>
/// <param name="Name">What people call it; can be erased later, the id cannot.</param>
public sealed record AuditObject(string Type, string? Id, string? Name = null)
{
    public static AuditObject Of(string type, long id, string? name = null) => new(type, id.ToString(CultureInfo.InvariantCulture), name);
}

/// <summary>
/// Writes audit rows. Every operation that changes settings, rights, people or the state of a conversation calls one of
/// these before its commit, and every one that gives out an export or a secret:
/// <code>
/// caller.Require(ChannelPermissions.Write);
/// await using var db = await dbs.CreateDbContextAsync(cancellation);
/// var channel = await db.Set&lt;Channel&gt;().SingleAsync(row => row.Id == id, cancellation);
/// channel.Name = name;
/// db.AuditRow(caller, "channel.changed", channel, AuditObject.Of("channel", channel.Id, channel.Name));
/// await db.SaveChangesAsync(cancellation);   // writes both, or neither
/// </code>
/// The row is written right before the commit of the same transaction, so no save is needed between, and an operation that
/// fails leaves none. Address and session come from <see cref="CurrentOrigin"/> of the scope. Messages are no audit rows.
/// </summary>
public static class AuditTrail
{
    extension(InboxDb db)
    {
        /// <summary>What happened, with what was before and what is after: any objects that serialise to JSON. Properties that are named like secrets are hidden, and only said to have changed.</summary>
        /// <param name="action">Object and verb in the past, snake case: <c>user.invited</c>. The API and filters show it; it never changes.</param>
        /// <param name="before">Null where there was nothing.</param>
        /// <param name="after">Null where nothing is left.</param>
        /// <param name="tenantId">The business in whose chain it goes; null is the caller's own, 0 the installation's.</param>
        public void Audit(Caller caller, string action, AuditObject target, object? before = null, object? after = null, long? tenantId = null)
            => db.Audit(caller, action, () => target, before, after, tenantId);

        /// <summary>As the other, for a row that gets its id when it is saved.</summary>
        /// <param name="target">Called right before the commit.</param>
        public void Audit(Caller caller, string action, Func<AuditObject> target, object? before = null, object? after = null, long? tenantId = null)
        {
            var (was, now) = AuditFacts.Of(before, after);
            db.LateRows.Add(new PendingAudit(
                new AuditEvent
                {
                    TenantId = tenantId ?? caller.TenantId,
                    ActorKind = caller.Kind,
                    ActorId = caller.UserId ?? caller.KeyId,
                    ActorName = caller.Name,
                    OnBehalfOfId = caller.OnBehalfOf?.UserId,
                    OnBehalfOfName = caller.OnBehalfOf?.Name,
                    Action = action,
                    Before = was,
                    After = now,
                },
                target));
        }

        /// <summary>
        /// As Audit, with before and after as the change tracker knows them: the properties that differ of a changed row, all
        /// of a new or removed one. Call it after the changes and before the save.
        /// </summary>
        /// <param name="row">A tracked entity.</param>
        public void AuditRow(Caller caller, string action, object row, AuditObject target, long? tenantId = null)
        {
            var entry = db.Entry(row);
            if (entry.State is EntityState.Unchanged)
            {
                entry.DetectChanges();
            }

            var all = entry.State is EntityState.Added or EntityState.Deleted;
            var shown = entry.Properties
                .Where(property => !property.Metadata.IsPrimaryKey() && !property.Metadata.IsShadowProperty() && property.Metadata.Name != nameof(ITenantOwned.TenantId))
                .Where(property => all || property.IsModified)
                .ToList();
            db.Audit(
                caller,
                action,
                target,
                entry.State == EntityState.Added ? null : shown.ToDictionary(property => property.Metadata.Name, property => property.OriginalValue),
                entry.State == EntityState.Deleted ? null : shown.ToDictionary(property => property.Metadata.Name, property => property.CurrentValue),
                tenantId);
        }
    }
}

/// <summary>An audit row that waits for the commit of its transaction.</summary>
internal sealed record PendingAudit(AuditEvent Row, Func<AuditObject> Target);
