using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access;

public sealed partial class Businesses
{
    /// <summary>
    /// The internal key does all that an owner does, so only whoever is one already gets a new one: an owner in person, the
    /// key itself, the master key. Who runs the installation does while the business has no owner who could.
    /// </summary>
    private async Task RequireKeyHolderAsync(Caller caller, string idOrSlug, CancellationToken cancellation)
    {
        var business = await FindAsync(caller, idOrSlug, cancellation) ?? throw RefusedException.NotFound("business");
        if (!caller.IsSuperAdmin)
        {
            caller.Require(BusinessPermissions.Write);
        }

        var holds = caller.Support is null && caller.KeyId is null && (
            (caller.IsOwner && caller.TenantId == business.Id)
            || (caller.IsSuperAdmin && (caller.Kind == CallerKind.Key || !await HasOwnerAsync(business.Id, cancellation))));
        if (!holds)
        {
            throw new RefusedException("owner_required", "Only an owner of the business makes a new internal key: it does all that an owner does.", StatusCodes.Status403Forbidden);
        }

        await proofs.RequireAsync(caller, cancellation);
    }

    private async Task<bool> HasOwnerAsync(long business, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // Over all businesses: whoever runs the installation asks about one that is not theirs.
        return await db.Set<Membership>().IgnoreQueryFilters([Filters.Tenant])
            .AnyAsync(row => row.TenantId == business && row.Status == MemberStatus.Active && row.Roles.Any(held => held.Role.Key == BuiltInRoles.Owner), cancellation);
    }
}
