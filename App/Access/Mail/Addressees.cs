using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Mail;

/// <summary>Whom the installation itself writes to.</summary>
public static class Addressees
{
    extension(InboxDb db)
    {
        /// <summary>The owners of a business who may enter it.</summary>
        public Task<IReadOnlyList<string>> OwnersAsync(long tenantId, CancellationToken cancellation)
            => db.EmailsAsync(tenantId, role => role.Key == BuiltInRoles.Owner, cancellation);

        /// <summary>The people of a business who have the permission.</summary>
        public Task<IReadOnlyList<string>> PeopleWithAsync(long tenantId, string permission, CancellationToken cancellation)
            => db.EmailsAsync(tenantId, role => role.Rights().ContainsKey(permission), cancellation);

        /// <summary>Those who run the installation: whom the configuration names, else all who may.</summary>
        public async Task<IReadOnlyList<string>> InstallationAsync(EmailOptions email, CancellationToken cancellation)
            => email.Notified is { Count: > 0 } named ? named : await db.Set<User>().Where(user => user.IsSuperAdmin && user.Email != null).OrderBy(user => user.Id).Select(user => user.Email!).ToListAsync(cancellation);

        private async Task<IReadOnlyList<string>> EmailsAsync(long tenantId, Func<Role, bool> wanted, CancellationToken cancellation)
        {
            var roles = await db.Set<Role>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().Include(role => role.Permissions).Where(role => role.TenantId == tenantId).ToListAsync(cancellation);
            var ids = roles.Where(wanted).Select(role => role.Id).ToList();
            return await (
                from member in db.Set<Membership>().IgnoreQueryFilters([Filters.Tenant])
                where member.TenantId == tenantId && member.Status == MemberStatus.Active && member.Roles.Any(held => ids.Contains(held.RoleId))
                join user in db.Set<User>() on member.UserId equals user.Id
                where user.Email != null
                orderby user.Id
                select user.Email!).ToListAsync(cancellation);
        }
    }
}
