using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Sessions;

/// <param name="ExpiresIn">Of the access token.</param>
public sealed record TokenPair(string AccessToken, string RefreshToken, TimeSpan ExpiresIn);

/// <summary>Gives programs their tokens and renews them: each refresh token is good for one new pair.</summary>
public sealed class Tokens(IDbContextFactory<InboxDb> dbs, AccessTokens access, LiveSessions live, Callers callers, IOptions<AuthOptions> options, TimeProvider clock)
{
    private const string Prefix = "ibr_";

    /// <summary>Two tabs, or a retry after a lost answer: within this time a spent token is told so and nothing happens.</summary>
    public static readonly TimeSpan Together = TimeSpan.FromSeconds(10);

    /// <summary>The first pair of a session that was just begun.</summary>
    public async Task<TokenPair> IssueAsync(Session session, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var pair = await AddAsync(db, session, cancellation);
        await write.CommitAsync(cancellation);
        return pair;
    }

    /// <exception cref="RefusedException">invalid_refresh_token, or already_refreshed when another request was first a moment ago.</exception>
    public async Task<TokenPair> RefreshAsync(string token, CancellationToken cancellation)
    {
        var hash = Hash(token);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // Most of a crowd see here that somebody was first, without waiting for the writer's turn.
        var known = await db.Set<RefreshToken>().AsNoTracking().SingleOrDefaultAsync(row => row.Hash == hash, cancellation) ?? throw Invalid();
        if (known.SpentAt is not null)
        {
            throw await SpentAsync(db, known, cancellation);
        }

        var session = await db.Set<Session>().AsNoTracking().SingleAsync(row => row.Id == known.SessionId, cancellation);
        if (!await StandsAsync(session, cancellation))
        {
            throw Invalid();
        }

        return await RotateAsync(db, known, session, cancellation);
    }

    /// <returns>The number that all tokens of one session share; null for a token that was never given.</returns>
    internal async Task<long?> FamilyAsync(string token, CancellationToken cancellation)
    {
        var hash = Hash(token);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<RefreshToken>().Where(row => row.Hash == hash).Select(row => (long?)row.SessionId).SingleOrDefaultAsync(cancellation);
    }

    private async Task<TokenPair> RotateAsync(InboxDb db, RefreshToken known, Session session, CancellationToken cancellation)
    {
        var now = Now;
        await using (var write = await db.BeginAsync(cancellation))
        {
            // Of a thousand at once this changes a row for one.
            var spent = await db.Set<RefreshToken>().Where(row => row.Id == known.Id && row.SpentAt == null && row.ExpiresAt > now)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.SpentAt, now), cancellation);
            if (spent == 1)
            {
                if (!await db.Set<Session>().AnyAsync(row => row.Id == session.Id && row.EndedAt == null, cancellation))
                {
                    throw Invalid();
                }

                var pair = await AddAsync(db, session, cancellation);
                await write.CommitAsync(cancellation);
                return pair;
            }
        }

        var after = await db.Set<RefreshToken>().AsNoTracking().SingleAsync(row => row.Id == known.Id, cancellation);
        throw after.SpentAt is null ? Invalid() : await SpentAsync(db, after, cancellation);
    }

    private async Task<TokenPair> AddAsync(InboxDb db, Session session, CancellationToken cancellation)
    {
        var now = Now;
        var until = now + options.Value.RefreshToken;
        var token = $"{Prefix}{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        db.Add(new RefreshToken { SessionId = session.Id, Hash = Hash(token), IssuedAt = now, ExpiresAt = until });
        await db.Set<Session>().Where(row => row.Id == session.Id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.ExpiresAt, row => row.ExpiresAt > until ? row.ExpiresAt : until).SetProperty(row => row.SeenAt, now).SetProperty(row => row.HasTokens, true),
            cancellation);
        await db.Set<RefreshToken>().Where(row => row.SessionId == session.Id && row.ExpiresAt < now).ExecuteDeleteAsync(cancellation);
        await db.SaveChangesAsync(cancellation);
        return new TokenPair(access.Make(session), token, access.Lifetime);
    }

    /// <summary>A spent token that comes back late was copied by somebody: whoever holds the family's newest may be the thief.</summary>
    private async Task<RefusedException> SpentAsync(InboxDb db, RefreshToken token, CancellationToken cancellation)
    {
        var session = await db.Set<Session>().AsNoTracking().SingleAsync(row => row.Id == token.SessionId, cancellation);
        if (session.EndedAt is not null)
        {
            return Invalid();
        }

        if (Now <= token.SpentAt + Together)
        {
            return new RefusedException("already_refreshed", "This refresh token was used a moment ago; use the pair that came of it.", StatusCodes.Status409Conflict);
        }

        await live.EndAsync(row => row.Id == session.Id, cancellation);
        return Invalid();
    }

    private async Task<bool> StandsAsync(Session session, CancellationToken cancellation)
        => session.EndedAt is null && session.ExpiresAt > Now
            && await callers.FindAsync(new SessionClaims(session.Key, session.UserId, session.TenantId, null).Principal(BearerKeys.TokenType, ""), cancellation) is not null;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private static RefusedException Invalid()
        => new("invalid_refresh_token", "The refresh token is not valid any more. Sign in again.", StatusCodes.Status401Unauthorized);

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
