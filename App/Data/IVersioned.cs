using Microsoft.EntityFrameworkCore;

namespace Inbox.Data;

/// <summary>
/// A row that two people may edit at once. Its version counts up with every save, and a save that started from an older
/// version fails with <see cref="DbUpdateConcurrencyException"/> instead of overwriting what somebody else wrote.
/// </summary>
/// <remarks>
/// An entity writes <c>public long Version { get; private set; } = 1;</c> and nothing else; the API shows it as an ETag.
/// Changes past the tracker (<c>ExecuteUpdateAsync</c>) count nothing, which is right for what no editor shows.
/// </remarks>
public interface IVersioned
{
    long Version { get; }
}

internal sealed class VersionColumn : IModelRule
{
    public void Apply(ModelBuilder model, InboxDb db)
    {
        foreach (var type in model.Model.GetEntityTypes().Select(entity => entity.ClrType).Where(type => type.IsAssignableTo(typeof(IVersioned))).ToList())
        {
            model.Entity(type).Property(nameof(IVersioned.Version)).IsConcurrencyToken();
        }
    }
}

internal static class VersionCount
{
    public static void Raise(InboxDb db)
    {
        foreach (var row in db.ChangeTracker.Entries<IVersioned>().Where(row => row.State == EntityState.Modified))
        {
            row.Property(nameof(IVersioned.Version)).CurrentValue = (long)row.Property(nameof(IVersioned.Version)).OriginalValue! + 1;
        }
    }
}
