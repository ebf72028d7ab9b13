using System.Text.Json;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Http.Idempotency;

/// <summary>An answer as it was given.</summary>
public sealed record KeptAnswer(int Status, string? ContentType, string? Location, string? ETag, byte[] Body);

/// <summary>What stands under a key.</summary>
public abstract record Claim
{
    private Claim()
    {
    }

    /// <summary>Nothing: the request is the first and must end with <see cref="IdempotentAnswers.KeepAsync"/> or <see cref="IdempotentAnswers.ReleaseAsync"/>.</summary>
    public sealed record Mine(long Id) : Claim;

    /// <summary>The answer of the first request.</summary>
    public sealed record Known(KeptAnswer Answer) : Claim;

    /// <summary>The first request has no answer yet.</summary>
    public sealed record AtWork : Claim;

    /// <summary>The first request was another one.</summary>
    public sealed record Other : Claim;
}

/// <summary>Claims keys by a unique row, so that of two requests at once, on any nodes, one is the first.</summary>
public sealed class IdempotentAnswers(IDbContextFactory<InboxDb> dbs, SecretBox secrets, TimeProvider clock)
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private static readonly TimeSpan LongestWork = TimeSpan.FromMinutes(2);

    /// <param name="request">What the first request must have been.</param>
    public async Task<Claim> ClaimAsync(string key, RequestFingerprint request, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var known = await db.Set<IdempotentAnswer>().AsNoTracking().SingleOrDefaultAsync(row => row.Key == key, cancellation);
        if (known is not null && !IsOver(known, now))
        {
            return !request.Is(known.Request) ? new Claim.Other()
                : known.Answer is { } answer ? new Claim.Known(Open(key, answer))
                : new Claim.AtWork();
        }

        return await TakeAsync(db, key, request.Current, known?.Id, now, cancellation);
    }

    public async Task KeepAsync(long id, string key, KeptAnswer answer, CancellationToken cancellation)
    {
        var sealedAnswer = secrets.Protect(JsonSerializer.Serialize(answer), Purpose(key));
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await db.Set<IdempotentAnswer>().Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Answer, sealedAnswer), cancellation);
        await write.CommitAsync(cancellation);
    }

    /// <summary>Nothing was made: the key is free for another try.</summary>
    public async Task ReleaseAsync(long id, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await db.Set<IdempotentAnswer>().Where(row => row.Id == id).ExecuteDeleteAsync(cancellation);
        await write.CommitAsync(cancellation);
    }

    /// <summary>Past its day, or left behind by a process that died before it answered.</summary>
    private static bool IsOver(IdempotentAnswer row, DateTime now) => row.CreatedAt + KeptFor < now || (row.Answer is null && row.WorkingUntil < now);

    private static async Task<Claim> TakeAsync(InboxDb db, string key, string request, long? over, DateTime now, CancellationToken cancellation)
    {
        try
        {
            await using var write = await db.BeginAsync(cancellation);
            if (over is { } id)
            {
                await db.Set<IdempotentAnswer>().Where(row => row.Id == id).ExecuteDeleteAsync(cancellation);
            }

            var mine = new IdempotentAnswer { Key = key, Request = request, CreatedAt = now, WorkingUntil = now + LongestWork };
            db.Add(mine);
            await db.SaveChangesAsync(cancellation);
            await write.CommitAsync(cancellation);
            return new Claim.Mine(mine.Id);
        }
        catch (DbUpdateException error) when (error.IsDuplicateKey)
        {
            return new Claim.AtWork();   // another request was faster; the next look shows whether it is the same one
        }
    }

    private KeptAnswer Open(string key, byte[] answer) => JsonSerializer.Deserialize<KeptAnswer>(secrets.Unprotect(answer, Purpose(key)))!;

    internal static string Purpose(string key) => $"idempotent|{key}";
}
