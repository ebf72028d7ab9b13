using System.Collections.Concurrent;
using System.Diagnostics;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using Inbox.Data;
using Inbox.Data.Providers;
using Inbox.Data.Providers.Sqlite;
using Inbox.Data.Providers.SqlServer;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;

namespace Inbox.Tests.Data.SqlServer;

/// <summary>
/// No SQL Server runs here. Instead every LINQ query that any test of the run makes EF compile for SQLite is compiled for
/// SQL Server as well: one that does not translate fails the test that asked it. A query that is written for one
/// provider says so with <c>TagWith(<see cref="OnlyHere"/>)</c>; SQL that is written by hand is not looked at.
/// </summary>
public sealed class TranslationWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    public const string OnlyHere = "only on this database";

    private static readonly Lazy<SqlServerInboxDb> SqlServer = new(() => new SqlServerInboxDb(
        new DbContextOptionsBuilder<SqlServerInboxDb>().UseSqlServer("Server=nowhere").Options, DesignTime.Parts));

    // The tree is built once a model and compiling is not safe on one context in parallel.
    private static readonly Lock Compiling = new();

    /// <summary>How many queries of this run were translated.</summary>
    public static int Translated { get; private set; }

    public static ConcurrentQueue<string> Failures { get; } = new();

    [ModuleInitializer]
    internal static void Start() => DiagnosticListener.AllListeners.Subscribe(new TranslationWatch());

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            value.Subscribe(this, name => name == CoreEventId.QueryCompilationStarting.Name);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is QueryExpressionEventData { Context: SqliteInboxDb } query && !OnlyForOneProvider.Is(query.Expression))
        {
            Translate(query.Expression);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    /// <exception cref="InvalidOperationException">SQL Server's provider cannot express the query.</exception>
    public static void Translate(Expression query)
    {
        lock (Compiling)
        {
            var db = SqlServer.Value;
            var moved = new ToSqlServer(db).Visit(query);
            try
            {
                db.GetService<IDatabase>().CompileQuery<object>(moved, async: true);
                Translated++;
            }
            catch (Exception error) when (error is not TargetInvocationException)
            {
                Failures.Enqueue($"{query}: {error.Message}");
                throw new InvalidOperationException($"The query does not translate to SQL Server: {error.Message}", error);
            }
        }
    }

    /// <summary>Puts the tables of SQL Server's model in the place of those that the query was written against.</summary>
    private sealed class ToSqlServer(InboxDb db) : ExpressionVisitor
    {
        private readonly IAsyncQueryProvider _provider = db.GetService<IAsyncQueryProvider>();

        protected override Expression VisitExtension(Expression node) => node switch
        {
            EntityQueryRootExpression root => new EntityQueryRootExpression(_provider, db.Model.FindEntityType(root.EntityType.Name)!),
            QueryRootExpression or QueryParameterExpression => node,
            _ => base.VisitExtension(node),
        };
    }

    private sealed class OnlyForOneProvider : ExpressionVisitor
    {
        private bool _found;

        public static bool Is(Expression query)
        {
            var search = new OnlyForOneProvider();
            search.Visit(query);
            return search._found;
        }

        protected override Expression VisitConstant(ConstantExpression node)
        {
            _found |= node.Value is OnlyHere;
            return node;
        }

        protected override Expression VisitExtension(Expression node)
        {
            // SQL that was written by hand belongs to the database that it was written for.
            _found |= node is QueryRootExpression && node.GetType().Name.Contains("Sql", StringComparison.Ordinal);
            return node;
        }
    }
}
