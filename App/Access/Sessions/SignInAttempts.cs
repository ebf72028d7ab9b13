using System.Security.Cryptography;
using System.Text;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Sessions;

/// <summary>
/// Counts attempts before they are made, so that a thousand at once count like a thousand in a row. Whoever counts is a
/// pair of account and address (or known device): others can lock themselves out, never the person.
/// </summary>
public sealed class SignInAttempts(IDbContextFactory<InboxDb> dbs, TimeProvider clock)
{
    public const int PerAccount = 5;

    /// <summary>Over all accounts, against trying one password on many.</summary>
    public const int PerAddress = 100;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <param name="keys">What is counted, each with its limit.</param>
    /// <returns>How long to wait; null when the attempt may be made.</returns>
    public async Task<TimeSpan?> TakeAsync(IReadOnlyList<(string Key, int Limit)> keys, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        TimeSpan? wait = null;
        foreach (var (key, limit) in keys)
        {
            var until = await CountAsync(db, Hash(key), limit, cancellation);
            wait = until is null ? wait : until.Value - clock.GetUtcNow().UtcDateTime;
        }

        await write.CommitAsync(cancellation);
        return wait;
    }

    /// <summary>The attempt was right: the pair starts from zero.</summary>
    public async Task ForgetAsync(string key, CancellationToken cancellation)
    {
        var hash = Hash(key);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await db.Set<SignInFailure>().Where(failure => failure.Key == hash).ExecuteDeleteAsync(cancellation);
        await write.CommitAsync(cancellation);
    }

    private async Task<DateTime?> CountAsync(InboxDb db, string key, int limit, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var oldest = now - Window;
        // Spent rows go first: this keeps the table small, and the counting below needs no case for them.
        await db.Set<SignInFailure>()
            .Where(failure => failure.FirstAt < oldest && (failure.LockedUntil == null || failure.LockedUntil < now))
            .ExecuteDeleteAsync(cancellation);
        var failure = await db.Set<SignInFailure>().SingleOrDefaultAsync(failure => failure.Key == key, cancellation);
        if (failure is null)
        {
            failure = new SignInFailure { Key = key, FirstAt = now };
            db.Add(failure);
        }

        if (failure.LockedUntil > now)
        {
            return failure.LockedUntil;
        }

        if (++failure.Count > limit)
        {
            failure.LockedUntil = now + Window;
        }

        await db.SaveChangesAsync(cancellation);
        return failure.LockedUntil;
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
