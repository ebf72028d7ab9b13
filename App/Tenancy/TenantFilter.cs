using System.Linq.Expressions;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tenancy;

/// <summary>Rows of another business, or of any when no tenant is set, are not there.</summary>
internal sealed class TenantFilter : IModelRule
{
    public void Apply(ModelBuilder model, InboxDb db)
    {
        foreach (var type in model.Model.GetEntityTypes().Select(entity => entity.ClrType).Where(type => type.IsAssignableTo(typeof(ITenantOwned))).ToList())
        {
            var row = Expression.Parameter(type, "row");
            // The context must stand in the expression as itself: EF puts the context of each query in its place.
            var own = Expression.Equal(
                Expression.Property(row, nameof(ITenantOwned.TenantId)),
                Expression.Property(Expression.Constant(db, db.GetType()), nameof(InboxDb.TenantId)));
            model.Entity(type).HasQueryFilter(Filters.Tenant, Expression.Lambda(own, row));
        }
    }
}
