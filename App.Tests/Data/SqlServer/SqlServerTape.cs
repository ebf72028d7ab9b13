using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Inbox.Access.Keys;
using Inbox.Audit;
using Inbox.Data;
using Inbox.Data.Providers.SqlServer;
using Inbox.Tenancy;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Tests.Data.SqlServer;

/// <summary>
/// A SQL Server that is not there: statements of the product are made, written down and answered without any server. What
/// a query asks for is not found, a command changes one row, a sequence goes on.
/// </summary>
public sealed class SqlServerTape : IDbContextFactory<InboxDb>
{
    private static readonly AuditKeys Keys = new(
        Options.Create(new KeyOptions { AuditKey = Convert.ToBase64String(new byte[KeyRing.KeySize]) }),
        new DataDirectory(Options.Create(new DataDirectoryOptions { DataDirectory = Path.Combine(Path.GetTempPath(), "inbox-tape") })));

    private readonly ConcurrentQueue<string> _statements = new();
    private readonly CurrentTenant _tenant = new();
    private long _next;

    public SqlServerTape(long tenant = 1) => _tenant.Use(tenant);

    public IReadOnlyList<string> Statements => [.. _statements];

    /// <summary>Rows changed by an UPDATE or DELETE.</summary>
    public int Changed { get; init; } = 1;

    public InboxDb CreateDbContext()
        => new SqlServerInboxDb(
            new DbContextOptionsBuilder<SqlServerInboxDb>().UseSqlServer(new Connection(this)).Options,
            new InboxDbParts(_tenant, [new TenantGuard(_tenant), new EventNumbers(), new AuditChain(Keys, new CurrentOrigin(), TimeProvider.System)], WriterGate.Open, new RowIds()));

    private DataTableReader Answer(string sql)
    {
        _statements.Enqueue(sql);
        using var table = new DataTable();
        if (sql.Contains("NEXT VALUE FOR", StringComparison.Ordinal))
        {
            table.Columns.Add("Value", typeof(long));
            table.Rows.Add(Interlocked.Add(ref _next, RowIds.BlockSize));
        }

        return table.CreateDataReader();
    }

    private sealed class Connection(SqlServerTape tape) : DbConnection
    {
        private ConnectionState _state = ConnectionState.Closed;

        [AllowNull]
        public override string ConnectionString { get; set; } = "Server=tape;Database=inbox";

        public override string Database => "inbox";

        public override string DataSource => "tape";

        public override string ServerVersion => "16.0.0";

        public override ConnectionState State => _state;

        public override void ChangeDatabase(string databaseName)
        {
        }

        public override void Close() => _state = ConnectionState.Closed;

        public override void Open() => _state = ConnectionState.Open;

        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => new Transaction(this, isolationLevel);

        protected override DbCommand CreateDbCommand() => new Tape(tape) { Connection = this };
    }

    private sealed class Transaction(Connection connection, IsolationLevel level) : DbTransaction
    {
        public override IsolationLevel IsolationLevel => level;

        protected override DbConnection DbConnection => connection;

        public override void Commit()
        {
        }

        public override void Rollback()
        {
        }
    }

    private sealed class Tape(SqlServerTape tape) : DbCommand
    {
        // The provider's mappings set properties of real parameters.
        private readonly SqlCommand _parameters = new();

        [AllowNull]
        public override string CommandText { get; set; } = "";

        public override int CommandTimeout { get; set; }

        public override CommandType CommandType { get; set; } = CommandType.Text;

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get; set; }

        protected override DbConnection? DbConnection { get; set; }

        protected override DbParameterCollection DbParameterCollection => _parameters.Parameters;

        protected override DbTransaction? DbTransaction { get; set; }

        public override void Cancel()
        {
        }

        public override int ExecuteNonQuery()
        {
            tape._statements.Enqueue(CommandText);
            return tape.Changed;
        }

        public override object? ExecuteScalar()
        {
            tape._statements.Enqueue(CommandText);
            return null;
        }

        public override void Prepare()
        {
        }

        protected override DbParameter CreateDbParameter() => _parameters.CreateParameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => tape.Answer(CommandText);

        protected override void Dispose(bool disposing)
        {
            _parameters.Dispose();
            base.Dispose(disposing);
        }
    }
}
