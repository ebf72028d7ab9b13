using System.Collections.Concurrent;
using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Inbox.Data;

/// <summary>
/// Writes many rows of one table past the change tracker, for the hot paths, where a row's tracking costs more than its
/// writing. Columns, names and conversions come from the EF model. Everything here runs inside
/// <see cref="InboxDb.BeginAsync"/>.
/// </summary>
public static class BulkRows
{
    // SQL Server allows 2,100 parameters a statement, the others more.
    private const int MostParameters = 2000;
    private const int MostRows = 64;

    private static readonly ConcurrentDictionary<(Type Context, Type Row), Table> Tables = new();

    extension(InboxDb db)
    {
        /// <summary>Inserts the rows as they are; each has its key already.</summary>
        public async Task InsertAsync<T>(IReadOnlyList<T> rows, CancellationToken cancellation) where T : class
        {
            if (rows.Count == 0)
            {
                return;
            }

            var transaction = Transaction(db);
            var table = TableOf<T>(db);
            // SQLite looks a parameter up by comparing all names, so there many short runs of one prepared statement are
            // faster than one long statement; a server is asked as rarely as can be.
            var most = db.Database.IsSqlite() ? 1 : Math.Clamp(MostParameters / table.Columns.Count, 1, MostRows);
            DbCommand? command = null;
            try
            {
                for (var first = 0; first < rows.Count;)
                {
                    var count = Math.Min(most, rows.Count - first);
                    if (command is null || command.Parameters.Count != count * table.Columns.Count)
                    {
                        await (command?.DisposeAsync() ?? ValueTask.CompletedTask);
                        command = Command(transaction, table.Insert(count));
                    }

                    for (var row = 0; row < count; row++)
                    {
                        Fill(command, table.Columns, row, rows[first + row]);
                    }

                    await command.ExecuteNonQueryAsync(cancellation);
                    first += count;
                }
            }
            finally
            {
                await (command?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        }

        /// <summary>Writes the named columns of rows that are there already, found by their key.</summary>
        public async Task UpdateAsync<T>(IReadOnlyList<T> rows, IReadOnlyList<string> properties, CancellationToken cancellation) where T : class
        {
            if (rows.Count == 0)
            {
                return;
            }

            var transaction = Transaction(db);
            var (sql, columns) = TableOf<T>(db).Update(properties);
            if (transaction.Connection!.CanCreateBatch)
            {
                await using var batch = transaction.Connection.CreateBatch();
                batch.Transaction = transaction;
                foreach (var row in rows)
                {
                    var one = batch.CreateBatchCommand();
                    one.CommandText = sql;
                    using var command = Command(transaction, sql);
                    Fill(command, columns, 0, row);
                    foreach (var parameter in command.Parameters.Cast<DbParameter>().ToList())
                    {
                        command.Parameters.Remove(parameter);
                        one.Parameters.Add(parameter);
                    }

                    batch.BatchCommands.Add(one);
                }

                await batch.ExecuteNonQueryAsync(cancellation);
                return;
            }

            await using var prepared = Command(transaction, sql);
            foreach (var row in rows)
            {
                Fill(prepared, columns, 0, row);
                await prepared.ExecuteNonQueryAsync(cancellation);
            }
        }
    }

    private static DbTransaction Transaction(InboxDb db)
        => db.Database.CurrentTransaction?.GetDbTransaction() ?? throw new InvalidOperationException("Rows are written in bulk inside a transaction.");

    private static Table TableOf<T>(InboxDb db)
        => Tables.GetOrAdd((db.GetType(), typeof(T)), static (_, context) => Table.Of(context.Model.FindEntityType(typeof(T))!), (DbContext)db);

    private static DbCommand Command(DbTransaction transaction, string sql)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // made from the model's names, values are parameters
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    private static void Fill(DbCommand command, IReadOnlyList<Column> columns, int row, object source)
    {
        for (var index = 0; index < columns.Count; index++)
        {
            var place = (row * columns.Count) + index;
            var column = columns[index];
            var value = column.Read(source);
            if (place == command.Parameters.Count)
            {
                command.Parameters.Add(column.Mapping.CreateParameter(command, $"@p{place}", value, column.IsNullable));
            }
            else
            {
                command.Parameters[place].Value = (value is null ? null : column.Mapping.Converter?.ConvertToProvider(value) ?? value) ?? DBNull.Value;
            }
        }
    }

    private sealed record Column(string Property, string Name, RelationalTypeMapping Mapping, Func<object, object?> Read, bool IsNullable, bool IsKey)
    {
        public static Column Of(IProperty property)
            => new(
                property.Name,
                property.GetColumnName(),
                property.GetRelationalTypeMapping(),
                property.GetGetter().GetClrValueUsingContainingEntity,
                property.IsNullable,
                property.IsPrimaryKey());
    }

    private sealed class Table(string name, IReadOnlyList<Column> columns)
    {
        private readonly ConcurrentDictionary<int, string> _inserts = new();
        private readonly ConcurrentDictionary<string, (string, IReadOnlyList<Column>)> _updates = new();

        public IReadOnlyList<Column> Columns => columns;

        public static Table Of(IEntityType entity) => new(entity.GetTableName()!, [.. entity.GetProperties().Select(Column.Of)]);

        public string Insert(int rows) => _inserts.GetOrAdd(rows, count =>
        {
            var sql = new StringBuilder($"INSERT INTO \"{name}\" ({string.Join(", ", columns.Select(column => $"\"{column.Name}\""))}) VALUES ");
            for (var row = 0; row < count; row++)
            {
                var first = row * columns.Count;
                sql.Append(row == 0 ? "(" : ", (").AppendJoin(", ", Enumerable.Range(first, columns.Count).Select(place => $"@p{place}")).Append(')');
            }

            return sql.ToString();
        });

        public (string Sql, IReadOnlyList<Column> Columns) Update(IReadOnlyList<string> properties) => _updates.GetOrAdd(string.Join(',', properties), _ =>
        {
            var set = properties.Select(property => columns.Single(column => column.Property == property)).ToArray();
            var key = columns.Where(column => column.IsKey).ToArray();
            var assignments = set.Select((column, place) => $"\"{column.Name}\" = @p{place}");
            var conditions = key.Select((column, place) => $"\"{column.Name}\" = @p{set.Length + place}");
            return ($"UPDATE \"{name}\" SET {string.Join(", ", assignments)} WHERE {string.Join(" AND ", conditions)}", [.. set, .. key]);
        });
    }
}
