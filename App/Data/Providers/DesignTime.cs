using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Inbox.Data.Providers;

/// <summary>What a context needs when the tools make one to compare models.</summary>
internal static class DesignTime
{
    public static InboxDbParts Parts { get; } = new(new Nobody(), [], WriterGate.Open, new RowIds());

    private sealed class Nobody : ITenantScope
    {
        public long Id => 0;
    }
}

internal static class Sequences
{
    public static string Of(string table) => $"{table}Ids";

    extension(ModelBuilder model)
    {
        public IEnumerable<IMutableProperty> NumberedIds()
            => [.. from entity in model.Model.GetEntityTypes()
                   where entity.ClrType.IsAssignableTo(typeof(INumbered))
                   select entity.FindProperty(nameof(INumbered.Id))!];
    }
}
