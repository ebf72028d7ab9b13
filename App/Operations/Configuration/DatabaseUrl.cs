using Inbox.Data;
using Inbox.Data.Providers.Sqlite;
using Npgsql;

namespace Inbox.Operations.Configuration;

/// <summary>The older services' <c>DATABASE_URL</c>, as SQLAlchemy writes addresses of databases.</summary>
internal static class DatabaseUrl
{
    public const string Variable = "DATABASE_URL";
    public const string ProviderKey = "Inbox:Database:Provider";
    public const string ConnectionStringKey = "Inbox:Database:ConnectionString";

    /// <returns>Null when it is no address of a database that Inbox knows.</returns>
    public static (DatabaseProvider Provider, string ConnectionString)? Read(string url)
    {
        if (url.Split("://", 2) is not [var scheme, var rest])
        {
            return null;
        }

        return scheme.Split('+')[0] switch
        {
            // Three slashes and a path: relative; a fourth one begins an absolute path.
            "sqlite" when rest is ['/', .. { Length: > 0 } path] => (DatabaseProvider.Sqlite, SqliteInboxDb.ConnectionString(path.Split('?')[0])),
            "postgresql" or "postgres" when Uri.TryCreate($"postgresql://{rest}", UriKind.Absolute, out var address) && address.Host.Length > 0 => (DatabaseProvider.PostgreSql, PostgreSql(address)),
            _ => null,
        };
    }

    private static string PostgreSql(Uri address)
    {
        var who = address.UserInfo.Split(':', 2);
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = address.Host,
            Port = address.Port > 0 ? address.Port : 5432,
            Database = Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(who[0]),
        };
        if (who is [_, var password])
        {
            connection.Password = Uri.UnescapeDataString(password);
        }

        var wanted = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(address.Query);
        if ((wanted.TryGetValue("sslmode", out var mode) || wanted.TryGetValue("ssl", out mode))
            && Enum.TryParse<SslMode>(mode.ToString().Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var ssl))
        {
            connection.SslMode = ssl;
        }

        return connection.ConnectionString;
    }
}
