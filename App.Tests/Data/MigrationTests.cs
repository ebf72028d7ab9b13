using Inbox.Data;
using Inbox.Data.Providers;
using Inbox.Data.Providers.PostgreSql;
using Inbox.Data.Providers.Sqlite;
using Inbox.Data.Providers.SqlServer;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Options;

namespace Inbox.Tests.Data;

public sealed class MigrationTests
{
    public static TheoryData<string> Providers => ["Sqlite", "PostgreSql", "SqlServer"];

    [Theory, MemberData(nameof(Providers))]
    public void The_migrations_of_a_provider_say_all_that_the_model_says(string provider)
    {
        using var db = Open(provider);
        Assert.False(db.Database.HasPendingModelChanges(), $"The model has changes that no migration of {provider} holds: dotnet ef migrations add ... --context {provider}InboxDb");
    }

    [Theory, MemberData(nameof(Providers))]
    public void The_migrations_of_a_provider_can_be_written_as_a_script(string provider)
    {
        using var db = Open(provider);
        var tables = db.Model.GetEntityTypes().Select(entity => entity.GetTableName()).Distinct().ToList();

        var script = db.GetService<IMigrator>().GenerateScript();

        Assert.NotEmpty(tables);
        Assert.All(tables, table => Assert.Matches($"CREATE TABLE [\"\\[]{table}[\"\\]]", script));
    }

    [Theory, MemberData(nameof(Providers))]
    public void Each_table_of_a_business_has_an_index_or_key_that_starts_with_what_lists_ask_for(string provider)
    {
        using var db = Open(provider);
        var bare =
            from entity in db.Model.GetEntityTypes()
            where entity.ClrType.IsAssignableTo(typeof(Tenancy.ITenantOwned))
            where !entity.GetIndexes().Any() && !entity.GetKeys().Any(key => key.Properties[0].Name == "TenantId")
            select entity.GetTableName();
        Assert.Empty(bare);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.PostgreSql)]
    public async Task A_migrated_database_has_nothing_left_to_migrate(TestDatabase database)
    {
        await using var store = await TestStore.CreateAsync(database);
        await using var db = store.Db(tenant: 0);
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_that_was_there_empty_keeps_a_write_ahead_log()
    {
        using var folder = new TempFolder();
        var file = folder.File("inbox.db");
        await File.WriteAllBytesAsync(file, [], TestContext.Current.CancellationToken);
        var source = new InboxDbSource(
            Options.Create(new DatabaseOptions { ConnectionString = $"Data Source={file};Pooling=False" }), Options.Create(new DataDirectoryOptions { DataDirectory = folder.Path }));

        await new Migrator(source).RunAsync(TestContext.Current.CancellationToken);

        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        Assert.Equal("wal", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private static InboxDb Open(string provider) => provider switch
    {
        "Sqlite" => new SqliteInboxDb(new DbContextOptionsBuilder<SqliteInboxDb>().UseSqlite("Data Source=nowhere.db").Options, DesignTime.Parts),
        "PostgreSql" => new PostgreSqlInboxDb(new DbContextOptionsBuilder<PostgreSqlInboxDb>().UseNpgsql("Host=nowhere").Options, DesignTime.Parts),
        _ => new SqlServerInboxDb(new DbContextOptionsBuilder<SqlServerInboxDb>().UseSqlServer("Server=nowhere").Options, DesignTime.Parts),
    };
}
