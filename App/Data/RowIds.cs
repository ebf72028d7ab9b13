using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.ValueGeneration;

namespace Inbox.Data;

/// <summary>
/// Gives rows their ids before they are saved, so that one save can write a message and what points to it, and batches
/// need no read-back. SQLite counts in memory (one process owns the file); the others take blocks from a sequence.
/// </summary>
public sealed class RowIds
{
    /// <summary>Ids taken from a sequence at once; the sequences of the migrations grow by the same number.</summary>
    public const int BlockSize = 64;

    private readonly ConcurrentDictionary<string, Block> _blocks = new();

    public long Next<T>(InboxDb db) where T : class => Next(db, db.Model.FindEntityType(typeof(T))!.GetTableName()!);

    public long Next(InboxDb db, string table) => _blocks.GetOrAdd(table, static _ => new Block()).Next(db, table);

    private sealed class Block
    {
        private readonly Lock _lock = new();
        private long _next;
        private long _end;

        public long Next(InboxDb db, string table)
        {
            lock (_lock)
            {
                if (_next == _end)
                {
                    _next = db.TakeIds(table, BlockSize);
                    _end = db.Database.IsSqlite() ? long.MaxValue : _next + BlockSize;
                }

                return _next++;
            }
        }
    }

    internal sealed class Generator : ValueGenerator<long>
    {
        public override bool GeneratesTemporaryValues => false;

        public override long Next(EntityEntry entry)
        {
            var db = (InboxDb)entry.Context;
            return db.Ids.Next(db, entry.Metadata.GetTableName()!);
        }
    }
}

/// <summary>Marks entities whose <c>Id</c> comes from <see cref="RowIds"/>: it is there as soon as the row is added.</summary>
public interface INumbered
{
    long Id { get; }
}

internal sealed class NumberedRows : IModelRule
{
    public void Apply(ModelBuilder model, InboxDb db)
    {
        foreach (var entity in model.Model.GetEntityTypes().Where(entity => entity.ClrType.IsAssignableTo(typeof(INumbered))).ToList())
        {
            model.Entity(entity.ClrType).Property(nameof(INumbered.Id)).HasValueGenerator<RowIds.Generator>().ValueGeneratedOnAdd();
        }
    }
}
