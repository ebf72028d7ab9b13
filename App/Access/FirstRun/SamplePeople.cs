using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Identity;

namespace Inbox.Access.FirstRun;

/// <summary>Two colleagues, so that there is somebody to assign to. They have no password and cannot sign in.</summary>
internal sealed class SamplePeople(UserManager<User> users, TimeProvider clock) : ISampleData
{
    private static readonly (string Name, string Role)[] People = [("Maya Fischer", BuiltInRoles.Supervisor), ("Jonas Weber", BuiltInRoles.Agent)];

    public int Order => 10;

    public async Task AddAsync(InboxDb db, Tenant tenant, User owner, CancellationToken cancellation)
    {
        foreach (var (name, role) in People)
        {
            var email = $"{name.Split(' ')[0].ToLowerInvariant()}@{tenant.Slug}.example";
            var user = new User { Email = email, UserName = email, Name = name, CreatedAt = clock.GetUtcNow().UtcDateTime };
            var made = await users.CreateAsync(user);
            if (!made.Succeeded)
            {
                throw new InvalidOperationException(string.Join(' ', made.Errors.Select(error => error.Description)));
            }

            db.Add(Membership.Of(await db.BuiltInRoleAsync(role, cancellation), user.Id, user.CreatedAt));
            db.Audit(Caller.System(tenant.Id), "user.added", AuditObject.Of("user", user.Id, user.Email), after: new { user.Email, role }, tenantId: tenant.Id);
        }

        await db.SaveChangesAsync(cancellation);
    }
}
