using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.FirstRun;

/// <param name="Slug">Null: made from the name of the business.</param>
public sealed record NewInstallation(string Business, string? Slug, string Name, string Email, string Password, bool SampleData);

/// <summary>Makes the first business and its owner, who runs the installation too. All or nothing, and only once.</summary>
public sealed class Installations(
    InboxDb db, UserManager<User> users, Businesses businesses, IEnumerable<ISampleData> samples, TimeProvider clock)
{
    public const int LongestName = 200;

    private const string Lease = "first-run";

    /// <summary>Nobody is there yet.</summary>
    public async Task<bool> IsNewAsync(CancellationToken cancellation) => !await db.Set<User>().AnyAsync(cancellation);

    /// <returns>The owner's session; null when somebody was first.</returns>
    /// <exception cref="RefusedException">A value breaks a rule; nothing was made.</exception>
    public async Task<SignedIn?> CreateAsync(NewInstallation wanted, CancellationToken cancellation)
    {
        await using var write = await db.BeginAsync(cancellation);
        if (!await IsFirstAsync(cancellation) || !await IsNewAsync(cancellation))
        {
            return null;
        }

        var tenant = await businesses.AddAsync(db, new NewBusiness(wanted.Business, wanted.Slug, wanted.Email, LocalTimeZone()), cancellation);
        tenant.HasSampleData = wanted.SampleData;
        var owner = await AddOwnerAsync(tenant, wanted);
        db.Add(Membership.Of(await db.BuiltInRoleAsync(BuiltInRoles.Owner, cancellation), owner.Id, owner.CreatedAt));
        await db.SaveChangesAsync(cancellation);
        if (wanted.SampleData)
        {
            foreach (var sample in samples.OrderBy(sample => sample.Order))
            {
                await sample.AddAsync(db, tenant, owner, cancellation);
            }
        }

        var installation = Caller.System(tenant.Id);
        db.Audit(installation, "business.created", AuditObject.Of("business", tenant.Id, tenant.Name), after: new { tenant.Name, tenant.Slug, tenant.Email, tenant.TimeZone });
        db.Audit(installation, "user.created", AuditObject.Of("user", owner.Id, owner.Email), after: new { owner.Email, owner.Name, owner.IsSuperAdmin, Role = BuiltInRoles.Owner });
        await write.CommitAsync(cancellation);
        return new SignedIn(owner.Id, owner.Name, owner.SecurityStamp!, tenant.Id);
    }

    /// <summary>Of two nodes that try at once the second waits for this row, and then has it twice or finds a user.</summary>
    private async Task<bool> IsFirstAsync(CancellationToken cancellation)
    {
        try
        {
            return await db.HoldAsync(Lease, Lease, clock.GetUtcNow().UtcDateTime, TimeSpan.Zero, cancellation);
        }
        catch (Exception error) when (error.IsDuplicateKey)
        {
            return false;
        }
    }

    private async Task<User> AddOwnerAsync(Tenant tenant, NewInstallation wanted)
    {
        var owner = new User
        {
            Email = wanted.Email,
            UserName = wanted.Email,
            Name = wanted.Name.Trim(),
            EmailConfirmed = true,
            IsSuperAdmin = true,
            LastTenantId = tenant.Id,
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        var made = await users.CreateAsync(owner, wanted.Password);
        return made.Succeeded
            ? owner
            : throw new RefusedException("invalid_value", string.Join(' ', made.Errors.Select(error => error.Description)), field: "email");
    }

    private static string LocalTimeZone() => TimeZoneInfo.Local.HasIanaId ? TimeZoneInfo.Local.Id : "UTC";
}
