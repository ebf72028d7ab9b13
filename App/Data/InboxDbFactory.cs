using Inbox.Data.Providers.PostgreSql;
using Inbox.Data.Providers.Sqlite;
using Inbox.Data.Providers.SqlServer;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Data;

/// <summary>Makes contexts of the configured provider for the tenant of the scope.</summary>
public sealed class InboxDbFactory(InboxDbSource source, ITenantScope tenant, IEnumerable<ISaveRule> rules) : IDbContextFactory<InboxDb>
{
    private readonly ISaveRule[] _rules = [.. rules];

    public InboxDb CreateDbContext() => source.Create(tenant, _rules);
}

/// <summary>The configured database of this process: options built once, the writers' gate, the ids.</summary>
public sealed class InboxDbSource
{
    private readonly Func<InboxDbParts, InboxDb> _create;

    public InboxDbSource(IOptions<DatabaseOptions> database, IOptions<DataDirectoryOptions> directory)
    {
        Provider = database.Value.Provider;
        ConnectionString = database.Value.ConnectionString is { Length: > 0 } given
            ? given
            : SqliteInboxDb.ConnectionString(Path.Combine(directory.Value.FullPath, "inbox.db"));
        Writers = Provider == DatabaseProvider.Sqlite ? new WriterGate() : WriterGate.Open;
        _create = Provider switch
        {
            DatabaseProvider.Sqlite => Creator<SqliteInboxDb>(SqliteInboxDb.Configure, (options, parts) => new SqliteInboxDb(options, parts)),
            DatabaseProvider.PostgreSql => Creator<PostgreSqlInboxDb>(PostgreSqlInboxDb.Configure, (options, parts) => new PostgreSqlInboxDb(options, parts)),
            DatabaseProvider.SqlServer => Creator<SqlServerInboxDb>(SqlServerInboxDb.Configure, (options, parts) => new SqlServerInboxDb(options, parts)),
            _ => throw new InvalidOperationException($"No database provider {Provider}."),
        };
    }

    public DatabaseProvider Provider { get; }

    public string ConnectionString { get; }

    public WriterGate Writers { get; }

    public RowIds Ids { get; } = new();

    public InboxDb Create(ITenantScope tenant, IReadOnlyList<ISaveRule> rules) => _create(new InboxDbParts(tenant, rules, Writers, Ids));

    private Func<InboxDbParts, InboxDb> Creator<T>(Action<DbContextOptionsBuilder, string> configure, Func<DbContextOptions<T>, InboxDbParts, InboxDb> create)
        where T : InboxDb
    {
        var builder = new DbContextOptionsBuilder<T>();
        configure(builder, ConnectionString);
        return parts => create(builder.Options, parts);
    }
}
