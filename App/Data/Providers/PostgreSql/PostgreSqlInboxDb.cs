using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Inbox.Data.Providers.PostgreSql;

public sealed class PostgreSqlInboxDb(DbContextOptions<PostgreSqlInboxDb> options, InboxDbParts parts) : InboxDb(options, parts)
{
    public static void Configure(DbContextOptionsBuilder options, string connectionString) => options.UseNpgsql(connectionString, Providers.Collections.AsOneParameter);

#pragma warning disable EF1002 // the table name comes from the model
    internal override long TakeIds(string table, int count)
        => Database.SqlQueryRaw<long>($"SELECT nextval('\"{Sequences.Of(table)}\"') AS \"Value\"").AsEnumerable().Single();
#pragma warning restore EF1002

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        foreach (var id in modelBuilder.NumberedIds())
        {
            id.SetValueGenerationStrategy(NpgsqlValueGenerationStrategy.None);
            modelBuilder.HasSequence<long>(Sequences.Of(id.DeclaringType.GetTableName()!)).StartsAt(1).IncrementsBy(RowIds.BlockSize);
        }
    }
}

internal sealed class PostgreSqlDesignTime : IDesignTimeDbContextFactory<PostgreSqlInboxDb>
{
    public PostgreSqlInboxDb CreateDbContext(string[] args)
        => new(new DbContextOptionsBuilder<PostgreSqlInboxDb>().UseNpgsql("Host=localhost").Options, DesignTime.Parts);
}
