using Inbox.Access;
using Inbox.Data;
using Inbox.Data.Providers;
using Inbox.Data.Providers.PostgreSql;
using Inbox.Data.Providers.Sqlite;
using Inbox.Data.Providers.SqlServer;
using Inbox.Tenancy;
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
            where entity.ClrType.IsAssignableTo(typeof(ITenantOwned))
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

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.PostgreSql)]
    public async Task People_keep_the_role_that_they_had_before_there_were_roles_of_a_business(TestDatabase database)
    {
        await using var store = await TestStore.CreateAsync(database);
        await using var db = store.Db(tenant: 1);
        var cancellation = TestContext.Current.CancellationToken;
        await db.GetService<IMigrator>().MigrateAsync("Initial", cancellation);
        await db.Database.ExecuteSqlRawAsync("""
            INSERT INTO "Tenants" ("Id", "Slug", "Name", "TimeZone", "CreatedAt", "HasSampleData", "LastEvent") VALUES (1, 'shop', 'Shop', 'UTC', '2026-11-22 10:00:00', FALSE, 0);
            INSERT INTO "Users" ("Id", "Name", "IsSuperAdmin", "CreatedAt", "EmailConfirmed", "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnabled", "AccessFailedCount") VALUES (7, 'Anna', FALSE, '2026-11-22 10:00:00', FALSE, FALSE, FALSE, FALSE, 0);
            INSERT INTO "Memberships" ("TenantId", "UserId", "Role", "CreatedAt") VALUES (1, 7, 'supervisor', '2026-11-22 10:00:00');
            """, cancellation);

        await db.Database.MigrateAsync(cancellation);

        var roles = await db.Set<Membership>().Where(membership => membership.UserId == 7).SelectMany(membership => membership.Roles).Select(role => role.Role.Key).ToListAsync(cancellation);
        Assert.Equal(["supervisor"], roles);
        Assert.Equal(BuiltInRoles.All.Order(), (await db.Set<Role>().Select(role => role.Key!).ToListAsync(cancellation)).Order());
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.PostgreSql)]
    public async Task Sessions_of_people_with_an_authenticator_app_count_as_begun_with_it(TestDatabase database)
    {
        await using var store = await TestStore.CreateAsync(database);
        await using var db = store.Db(tenant: 1);
        var cancellation = TestContext.Current.CancellationToken;
        await db.GetService<IMigrator>().MigrateAsync("ConversationDepartments", cancellation);
        await db.Database.ExecuteSqlRawAsync(string.Concat(new[] { (7, "'2026-11-22 10:00:00'"), (8, "NULL"), (9, "") }.Select(person => $"""
            INSERT INTO "Users" ("Id", "Name", "IsSuperAdmin", "CreatedAt", "EmailConfirmed", "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnabled", "AccessFailedCount") VALUES ({person.Item1}, 'Anna', FALSE, '2026-11-22 10:00:00', FALSE, FALSE, FALSE, FALSE, 0);
            INSERT INTO "Sessions" ("Id", "Key", "UserId", "TenantId", "Stamp", "StartedAt", "SeenAt", "ProvenAt", "ExpiresAt", "HasTokens") VALUES ({person.Item1}, 'key{person.Item1}', {person.Item1}, 1, 'x', '2026-11-22 10:00:00', '2026-11-22 10:00:00', '2026-11-22 10:00:00', '2026-11-22 10:00:00', FALSE);
            {(person.Item2.Length == 0 ? "" : $"""INSERT INTO "Authenticators" ("UserId", "Secret", "EnabledAt", "LastStep") VALUES ({person.Item1}, '', {person.Item2}, 0);""")}
            """)), cancellation);

        await db.Database.MigrateAsync(cancellation);

        Assert.Equal([7], await db.Set<Inbox.Access.Sessions.Session>().Where(session => session.HasFactor).Select(session => session.UserId).ToListAsync(cancellation));
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
