using System.Security.Cryptography;
using System.Text;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Sessions;

/// <param name="Wait">How long to wait; null when the attempt may be made.</param>
/// <param name="Locks">Those before it could still try.</param>
public sealed record SignInAttempt(TimeSpan? Wait, bool Locks);

/// <summary>
/// Counts attempts before they are made, so that a thousand at once count like a thousand in a row. Whoever counts is a
/// pair of account and address (or known device): others can lock themselves out, never the person.
/// </summary>
public sealed class SignInAttempts(IDbContextFactory<InboxDb> dbs, TimeProvider clock)
{
    public const int PerAccount = 5;

    /// <summary>Over all accounts, against trying one password on many.</summary>
    public const int PerAddress = 100;

    /// <summary>Right ones too, for each costs a core a good part of a second.</summary>
    public const int PerAddressOfAll = 600;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <param name="key">What is counted.</param>
    /// <param name="limit">How many attempts it has in the window.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="window">Null: a quarter of an hour.</param>
    /// <returns>How long to wait; null when the attempt may be made.</returns>
    public async Task<TimeSpan?> TakeAsync(string key, int limit, CancellationToken cancellation, TimeSpan? window = null) => (await TryAsync(key, limit, cancellation, window)).Wait;

    /// <summary>As the other, and says whether this attempt was the one that locked the key.</summary>
    public async Task<SignInAttempt> TryAsync(string key, int limit, CancellationToken cancellation, TimeSpan? window = null)
    {
        var hash = Hash(key);
        while (true)
        {
            try
            {
                return await CountAsync(hash, limit, window ?? Window, cancellation);
            }
            catch (Exception error) when (error.IsDuplicateKey)
            {
                // another attempt made the row at the same moment: now it is there to be counted up
            }
        }
    }

    /// <summary>The attempt was right: the key starts from zero. What nobody counts any more goes too.</summary>
    public async Task ForgetAsync(string key, CancellationToken cancellation)
    {
        var hash = Hash(key);
        var old = clock.GetUtcNow().UtcDateTime - Kept;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await db.Set<SignInFailure>().Where(failure => failure.Key == hash || failure.FirstAt < old).ExecuteDeleteAsync(cancellation);
        await write.CommitAsync(cancellation);
    }

    /// <summary>The attempt was right, and others are counted by the same key: it has one fewer. An office behind one address does not lock itself out by signing in.</summary>
    public async Task GiveBackAsync(string key, CancellationToken cancellation)
    {
        var hash = Hash(key);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await db.Set<SignInFailure>().Where(failure => failure.Key == hash && failure.Count > 0 && failure.LockedUntil == null)
            .ExecuteUpdateAsync(set => set.SetProperty(failure => failure.Count, failure => failure.Count - 1), cancellation);
        await write.CommitAsync(cancellation);
    }

    private async Task<SignInAttempt> CountAsync(string key, int limit, TimeSpan window, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var oldest = now - window;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var counted = db.Set<SignInFailure>().Where(failure => failure.Key == key);
        await counted.Where(failure => failure.FirstAt < oldest && (failure.LockedUntil == null || failure.LockedUntil < now)).ExecuteDeleteAsync(cancellation);
        // The update holds the row until the commit, so what is read after it is this attempt's own number.
        if (await counted.ExecuteUpdateAsync(set => set.SetProperty(failure => failure.Count, failure => failure.Count + 1), cancellation) == 0)
        {
            db.Add(new SignInFailure { Key = key, FirstAt = now, Count = 1 });
            await db.SaveChangesAsync(cancellation);
        }

        var until = now + window;
        var locks = await counted.Where(failure => failure.Count > limit && failure.LockedUntil == null)
            .ExecuteUpdateAsync(set => set.SetProperty(failure => failure.LockedUntil, until), cancellation);
        var locked = await counted.Select(failure => failure.LockedUntil).SingleAsync(cancellation);
        await write.CommitAsync(cancellation);
        return new SignInAttempt(locked - now, locks == 1);
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
