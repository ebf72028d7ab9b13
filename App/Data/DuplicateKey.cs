using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Inbox.Data;

public static class DuplicateKey
{
    extension(Exception error)
    {
        /// <summary>A unique key was there already: somebody else was first.</summary>
        public bool IsDuplicateKey => (error as DbException ?? error.InnerException as DbException) switch
        {
            SqliteException sqlite => sqlite.SqliteExtendedErrorCode is 1555 or 2067,
            PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => true,
            SqlException server => server.Number is 2601 or 2627,
            _ => false,
        };
    }
}
