using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Inbox.Data.Providers.SqlServer;

public sealed class SqlServerInboxDb(DbContextOptions<SqlServerInboxDb> options, InboxDbParts parts) : InboxDb(options, parts)
{
    public static void Configure(DbContextOptionsBuilder options, string connectionString) => options.UseSqlServer(connectionString, Providers.Collections.AsOneParameter);

#pragma warning disable EF1002 // the table name comes from the model
    internal override long TakeIds(string table, int count)
        => Database.SqlQueryRaw<long>($"SELECT NEXT VALUE FOR [{Sequences.Of(table)}] AS [Value]").AsEnumerable().Single();
#pragma warning restore EF1002

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        foreach (var id in modelBuilder.NumberedIds())
        {
            id.SetValueGenerationStrategy(SqlServerValueGenerationStrategy.None);
            modelBuilder.HasSequence<long>(Sequences.Of(id.DeclaringType.GetTableName()!)).StartsAt(1).IncrementsBy(RowIds.BlockSize);
        }

        // SQL Server refuses two cascade paths to one table; rows go through the operations anyway.
        foreach (var key in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetForeignKeys()).Where(key => !key.IsOwnership))
        {
            key.DeleteBehavior = DeleteBehavior.ClientCascade;
        }
    }
}

internal sealed class SqlServerDesignTime : IDesignTimeDbContextFactory<SqlServerInboxDb>
{
    public SqlServerInboxDb CreateDbContext(string[] args)
        => new(new DbContextOptionsBuilder<SqlServerInboxDb>().UseSqlServer("Server=localhost").Options, DesignTime.Parts);
}
