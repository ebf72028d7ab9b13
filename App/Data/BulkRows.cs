using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
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
            var insert = TableOf<T>(db).InsertOf(rows);
            // SQLite looks a parameter up by comparing all names, so there many short runs of one prepared statement are
            // faster than one long statement; a server is asked as rarely as can be.
            var most = db.Database.IsSqlite() ? 1 : Math.Clamp(MostParameters / Math.Max(1, insert.Bound.Count), 1, MostRows);
            DbCommand? command = null;
            try
            {
                for (int first = 0, rowsOfCommand = 0; first < rows.Count;)
                {
                    var count = Math.Min(most, rows.Count - first);
                    if (command is null || count != rowsOfCommand)
                    {
                        await (command?.DisposeAsync() ?? ValueTask.CompletedTask);
                        command = Command(transaction, insert.Sql(count));
                        rowsOfCommand = count;
                    }

                    for (var row = 0; row < count; row++)
                    {
                        Fill(command, insert.Bound, row, rows[first + row]);
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

    /// <summary>An insert of some of a table's columns as parameters, the others as literals.</summary>
    private sealed class Insert(string table, IReadOnlyList<Column> columns, IReadOnlyList<string?> literals)
    {
        private readonly ConcurrentDictionary<int, string> _sql = new();

        public IReadOnlyList<Column> Bound { get; } = [.. columns.Where((_, place) => literals[place] is null)];

        public string Sql(int rows) => _sql.GetOrAdd(rows, Write);

        private string Write(int rows)
        {
            var sql = new StringBuilder($"INSERT INTO \"{table}\" ({string.Join(", ", columns.Select(column => $"\"{column.Name}\""))}) VALUES ");
            var place = 0;
            for (var row = 0; row < rows; row++)
            {
                sql.Append(row == 0 ? "(" : ", (").AppendJoin(", ", literals.Select(literal => literal ?? $"@p{place++}")).Append(')');
            }

            return sql.ToString();
        }
    }

    private sealed record Column(string Property, string Name, RelationalTypeMapping Mapping, Func<object, object?> Read, bool IsNullable, bool IsKey)
    {
        private readonly object? _zero = (Mapping.Converter?.ProviderClrType ?? Mapping.ClrType) is var type && (type == typeof(int) || type == typeof(long))
            ? Activator.CreateInstance(Mapping.ClrType)
            : null;

        public static Column Of(IProperty property)
            => new(
                property.Name,
                property.GetColumnName(),
                property.GetRelationalTypeMapping(),
                property.GetGetter().GetClrValueUsingContainingEntity,
                property.IsNullable,
                property.IsPrimaryKey());

        /// <summary>What every row holds in this column, where that can be written into the statement: most columns of most rows are empty.</summary>
        public string? LiteralOf<T>(IReadOnlyList<T> rows) where T : class
        {
            var literal = Literal(Read(rows[0]));
            for (var row = 1; literal is not null && row < rows.Count; row++)
            {
                literal = Literal(Read(rows[row])) == literal ? literal : null;
            }

            return literal;
        }

        private string? Literal(object? value) => value is null ? "NULL" : value.Equals(_zero) ? "0" : null;
    }

    private sealed class Table(string name, IReadOnlyList<Column> columns)
    {
        private readonly ConcurrentDictionary<string, Insert> _inserts = new();
        private readonly ConcurrentDictionary<string, (string, IReadOnlyList<Column>)> _updates = new();

        public static Table Of(IEntityType entity) => new(entity.GetTableName()!, [.. entity.GetProperties().Select(Column.Of)]);

        public Insert InsertOf<T>(IReadOnlyList<T> rows) where T : class
        {
            var literals = new string?[columns.Count];
            for (var place = 0; place < literals.Length; place++)
            {
                literals[place] = columns[place].LiteralOf(rows);
            }

            return _inserts.GetOrAdd(string.Join(',', literals), _ => new Insert(name, columns, literals));
        }

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
