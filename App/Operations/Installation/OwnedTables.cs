using System.Globalization;
using System.Reflection;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Inbox.Operations.Installation;

/// <summary>All tables whose rows belong to businesses, found in the model: what a later feature adds is exported and removed too.</summary>
internal static class OwnedTables
{
    /// <summary>Each before those that it points to, so that rows can be removed in this order.</summary>
    public static IReadOnlyList<IEntityType> Of(InboxDb db)
    {
        var left = db.Model.GetEntityTypes().Where(type => type.ClrType.IsAssignableTo(typeof(ITenantOwned))).OrderBy(type => type.GetTableName(), StringComparer.Ordinal).ToList();
        var ordered = new List<IEntityType>();
        while (left.Count > 0)
        {
            // Of tables that point to each other in a ring any one is first.
            var next = left.FirstOrDefault(type => !left.Any(other => other != type && other.GetForeignKeys().Any(key => key.PrincipalEntityType == type))) ?? left[0];
            ordered.Add(next);
            left.Remove(next);
        }

        return ordered;
    }

    /// <summary>Where the files of a business are.</summary>
    public static string Files(DataDirectory directory, long tenantId) => Path.Combine(directory.FullPath, "media", tenantId.ToString(CultureInfo.InvariantCulture));

    /// <summary>Calls a generic static method of a class for the type of the rows.</summary>
    public static TResult For<TResult>(Type owner, string method, IEntityType type, params object[] arguments)
        => (TResult)owner.GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type.ClrType).Invoke(null, arguments)!;
}
