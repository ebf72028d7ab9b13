using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access;

internal static class BuiltInRoleRows
{
    extension(InboxDb db)
    {
        /// <summary>The row of a built-in role in the business of the scope.</summary>
        public Task<Role> BuiltInRoleAsync(string key, CancellationToken cancellation) => db.Set<Role>().SingleAsync(role => role.Key == key, cancellation);
    }
}
