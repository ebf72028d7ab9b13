using Inbox.Data;
using Microsoft.AspNetCore.Identity;

namespace Inbox.Access.Factors;

internal static class FactorQueries
{
    /// <summary>Ids of those who prove more than a password: by an authenticator app or a passkey.</summary>
    public static IQueryable<long> PeopleWithFactor(this InboxDb db)
        => db.Set<Authenticator>().Where(row => row.EnabledAt != null).Select(row => row.UserId).Union(db.Set<IdentityUserPasskey<long>>().Select(key => key.UserId));
}
