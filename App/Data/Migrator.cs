using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Inbox.Data;

/// <summary>Brings the database to the shape that this version needs.</summary>
public sealed class Migrator(InboxDbSource database)
{
    /// <returns>The names of the migrations that were applied.</returns>
    /// <exception cref="StartRefusedException">The database cannot be reached.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellation)
    {
        await using var db = database.Create(new NoTenant(), []);
        try
        {
            var pending = (await db.Database.GetPendingMigrationsAsync(cancellation)).ToList();
            if (database.Provider == DatabaseProvider.Sqlite)
            {
                await ForgetBrokenLockAsync(db, cancellation);
            }

            // On servers EF holds a lock meanwhile: of several nodes one migrates and the others wait.
            await db.Database.MigrateAsync(cancellation);
            if (database.Provider == DatabaseProvider.Sqlite)
            {
                // EF does this for a file that it makes, not for an empty one that was there.
                await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellation);
            }

            return pending;
        }
        catch (DbException error)
        {
            throw new StartRefusedException($"The {database.Provider} database cannot be used: {error.Message}");
        }
    }

    /// <summary>
    /// EF's lock on SQLite is a row that stays behind when a migrating process is killed, and everybody waits for ever.
    /// Whoever migrates a SQLite file holds <see cref="InstallationLock"/>, so such a row is nobody's.
    /// </summary>
    private static async Task ForgetBrokenLockAsync(InboxDb db, CancellationToken cancellation)
    {
        if (await db.Database.GetService<IHistoryRepository>().ExistsAsync(cancellation))
        {
            await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
        }
    }

    private sealed class NoTenant : ITenantScope
    {
        public long Id => 0;
    }
}
