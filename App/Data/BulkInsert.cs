using System.Collections.Concurrent;
using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Inbox.Data;

/// <summary>
/// Writes many new rows of one table with few statements, past the change tracker. For the hot paths, where a row's
/// tracking costs more than its writing. Columns, names and conversions come from the EF model.
/// </summary>
public static class BulkInsert
{
    // SQL Server allows 2,100 parameters a statement, the others more.
    private const int Parameters = 2000;

    private static readonly ConcurrentDictionary<(Type Context, Type Row), Plan> Plans = new();

    extension(InboxDb db)
    {
        /// <summary>Inserts the rows as they are; each has its key already. Must run inside <see cref="InboxDb.BeginAsync"/>.</summary>
        public async Task InsertAsync<T>(IReadOnlyList<T> rows, CancellationToken cancellation) where T : class
        {
            if (rows.Count == 0)
            {
                return;
            }

            var transaction = db.Database.CurrentTransaction?.GetDbTransaction()
                ?? throw new InvalidOperationException("Rows are inserted inside a transaction.");
            var plan = Plans.GetOrAdd((db.GetType(), typeof(T)), static (_, context) => Plan.Of(context.Model.FindEntityType(typeof(T))!), (DbContext)db);
            var most = Math.Max(1, Math.Min(64, Parameters / plan.Columns.Count));
            DbCommand? command = null;
            try
            {
                for (var first = 0; first < rows.Count;)
                {
                    var count = Math.Min(most, rows.Count - first);
                    if (command is null || command.Parameters.Count != count * plan.Columns.Count)
                    {
                        await (command?.DisposeAsync() ?? ValueTask.CompletedTask);
                        command = plan.Command(transaction, rows, first, count);
                    }
                    else
                    {
                        plan.Fill(command, rows, first, count);
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
    }

    private sealed record Column(string Name, RelationalTypeMapping Mapping, Func<object, object?> Read, bool Nullable);

    private sealed record Plan(string Table, IReadOnlyList<Column> Columns)
    {
        public static Plan Of(IEntityType entity)
            => new(entity.GetTableName()!, [.. entity.GetProperties().Select(property => new Column(
                property.GetColumnName(),
                property.GetRelationalTypeMapping(),
                property.GetGetter().GetClrValueUsingContainingEntity,
                property.IsNullable))]);

        public DbCommand Command<T>(DbTransaction transaction, IReadOnlyList<T> rows, int first, int count) where T : class
        {
            var command = transaction.Connection!.CreateCommand();
            command.Transaction = transaction;
            var sql = new StringBuilder($"INSERT INTO \"{Table}\" ({string.Join(", ", Columns.Select(column => $"\"{column.Name}\""))}) VALUES ");
            for (var row = 0; row < count; row++)
            {
                sql.Append(row == 0 ? "(" : ", (");
                for (var column = 0; column < Columns.Count; column++)
                {
                    var name = $"@p{(row * Columns.Count) + column}";
                    sql.Append(column == 0 ? name : $", {name}");
                    command.Parameters.Add(Columns[column].Mapping.CreateParameter(command, name, Columns[column].Read(rows[first + row]), Columns[column].Nullable));
                }

                sql.Append(')');
            }

            command.CommandText = sql.ToString();
            return command;
        }

        public void Fill<T>(DbCommand command, IReadOnlyList<T> rows, int first, int count) where T : class
        {
            for (var row = 0; row < count; row++)
            {
                for (var column = 0; column < Columns.Count; column++)
                {
                    var value = Columns[column].Read(rows[first + row]);
                    var converted = value is null ? null : Columns[column].Mapping.Converter?.ConvertToProvider(value) ?? value;
                    command.Parameters[(row * Columns.Count) + column].Value = converted ?? DBNull.Value;
                }
            }
        }
    }
}
