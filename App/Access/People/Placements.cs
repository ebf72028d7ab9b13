using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.People;

/// <summary>Gives people roles and departments inside an open transaction, as far as the caller may.</summary>
internal static class Placements
{
    extension(InboxDb db)
    {
        /// <summary>The roles of these ids, which the caller may give.</summary>
        public async Task<IReadOnlyList<Role>> GivenRolesAsync(Caller caller, IReadOnlyCollection<long> ids, CancellationToken cancellation)
        {
            var wanted = ids.Distinct().ToList();
            var roles = await db.Set<Role>().Include(role => role.Permissions).Where(role => wanted.Contains(role.Id)).ToListAsync(cancellation);
            if (wanted.Count == 0 || roles.Count != wanted.Count)
            {
                throw new RefusedException("invalid_value", wanted.Count == 0 ? "A person has at least one role." : "One of the roles is not in this business.", field: "roles");
            }

            caller.RequireRoles(roles);
            return roles;
        }

        /// <summary>Adds a person in the open transaction, or brings back one who was removed; saved by the caller.</summary>
        public async Task AddMemberAsync(Caller caller, User user, IReadOnlyList<Role> roles, IReadOnlyDictionary<long, bool> departments, DateTime now, CancellationToken cancellation)
        {
            var member = await db.Set<Membership>().Include(row => row.Roles).SingleOrDefaultAsync(row => row.UserId == user.Id, cancellation);
            if (member is null)
            {
                member = new Membership { TenantId = caller.TenantId, UserId = user.Id, CreatedAt = now };
                db.Add(member);
            }

            member.Status = MemberStatus.Active;
            member.Hold(roles);
            await db.PlaceAsync(caller, user.Id, departments, cancellation);
            db.Audit(caller, "user.added", AuditObject.Of("user", user.Id, user.Email), after: new { Roles = roles.Select(role => role.Name), Departments = departments.Keys });
        }

        /// <summary>Those roles of an invitation that are still there.</summary>
        public async Task<IReadOnlyList<long>> LeftRolesAsync(Invitation invitation, CancellationToken cancellation)
            => await db.Set<Role>().Where(role => invitation.Roles.Contains(role.Id)).Select(role => role.Id).ToListAsync(cancellation);

        /// <summary>The person is in these departments and no others, each with whether they lead it.</summary>
        public async Task PlaceAsync(Caller caller, long userId, IReadOnlyDictionary<long, bool> wanted, CancellationToken cancellation)
        {
            var current = await db.Set<DepartmentMember>().Where(member => member.UserId == userId && db.Set<Department>().Any(department => department.Id == member.DepartmentId)).ToListAsync(cancellation);
            var touched = wanted.Where(place => current.All(member => member.DepartmentId != place.Key || member.IsLead != place.Value)).Select(place => place.Key)
                .Concat(current.Where(member => !wanted.ContainsKey(member.DepartmentId)).Select(member => member.DepartmentId)).ToList();
            if (touched.Count == 0)
            {
                return;
            }

            var added = wanted.Keys.Except(current.Select(member => member.DepartmentId)).ToList();
            if (await db.Set<Department>().CountAsync(department => added.Contains(department.Id), cancellation) != added.Count)
            {
                throw new RefusedException("invalid_value", "One of the departments is not in this business.", field: "departments");
            }

            caller.RequireDepartments(touched);
            db.RemoveRange(current.Where(member => !wanted.ContainsKey(member.DepartmentId)));
            current.ForEach(member => member.IsLead = wanted.GetValueOrDefault(member.DepartmentId, member.IsLead));
            db.AddRange(added.Select(id => new DepartmentMember { TenantId = caller.TenantId, DepartmentId = id, UserId = userId, IsLead = wanted[id] }));
        }
    }
}
