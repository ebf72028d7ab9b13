using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Security.Cryptography;
using Inbox.Access.Http;
using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Sessions;

/// <summary>
/// Begins and ends sessions and knows which stand. What was read is kept a moment; ending one in this process shows at
/// once, on the others after that moment.
/// </summary>
public sealed class LiveSessions(IServiceScopeFactory scopes, AccessChanges changes, IOptions<AuthOptions> options, TimeProvider clock)
{
    /// <summary>How old an answer about rights and sessions may be.</summary>
    internal static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(1500);

    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private const int MostKnown = 10_000;

    private readonly ConcurrentDictionary<string, (Session? Session, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    /// <summary>A new session under a new key, whatever the request carried before.</summary>
    /// <param name="from">The session that goes on in another business: neither its end nor its proof is renewed by that.</param>
    public async Task<Session> StartAsync(HttpContext http, SignedIn who, CancellationToken cancellation, Session? from = null)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var session = new Session
        {
            Key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            UserId = who.UserId,
            TenantId = who.TenantId,
            Stamp = who.Stamp,
            StartedAt = from?.StartedAt ?? now,
            SeenAt = now,
            ProvenAt = from?.ProvenAt ?? now,
            HasFactor = who.HasFactor || from?.HasFactor == true,
            ExpiresAt = from?.ExpiresAt ?? now + options.Value.LongestSession,
            Device = Text(http.Request.Headers.UserAgent.ToString()),
            Address = http.Connection.RemoteIpAddress?.ToString(),
        };
        await using var scope = scopes.CreateAsyncScope();
        await using var db = await Db(scope, cancellation);
        var old = now - Kept;
        db.Add(session);
        await using var write = await db.BeginAsync(cancellation);
        // What was ended while this request was on its way does not go on.
        if (from is not null && await db.Set<Session>().Where(row => row.Id == from.Id && row.EndedAt == null && row.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.SeenAt, now), cancellation) == 0)
        {
            throw new RefusedException("unauthorized", "The session has ended. Sign in again.", StatusCodes.Status401Unauthorized);
        }

        await db.Set<Session>().Where(row => row.UserId == who.UserId && row.ExpiresAt < old).ExecuteDeleteAsync(cancellation);
        await db.Set<User>().Where(row => row.Id == who.UserId && who.TenantId != 0).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastTenantId, who.TenantId), cancellation);
        From(scope, session.Address, session.Key);
        db.Audit(new Caller(CallerKind.User, who.TenantId, who.UserId, who.Name, Caller.NoRights), "session.started", () => Object(session.Id), after: new { session.Device });
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        return session;
    }

    /// <returns>The session as of a moment ago; null when it does not stand.</returns>
    public async ValueTask<Session?> FindAsync(SessionClaims claims, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (!_known.TryGetValue(claims.Id, out var known) || known.Until <= now)
        {
            if (_known.Count > MostKnown)
            {
                _known.Clear();
            }

            known = _known[claims.Id] = (await ReadAsync(claims.Id, cancellation), now + Fresh);
        }

        return known.Session is { EndedAt: null } session && session.ExpiresAt > now.UtcDateTime && session.UserId == claims.UserId && session.TenantId == claims.TenantId ? session : null;
    }

    /// <summary>Ends the sessions for good: cookie, access tokens, refresh tokens, open pages.</summary>
    /// <param name="by">Who ends them; null: the installation itself, because rights changed.</param>
    /// <param name="quietly">Open pages are not told and see it when they look again: one of them is being left this moment, and must not lead to sign-in first.</param>
    /// <returns>How many stood.</returns>
    public async Task<int> EndAsync(Expression<Func<Session, bool>> which, CancellationToken cancellation, SessionEnder? by = null, bool quietly = false)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var scope = scopes.CreateAsyncScope();
        await using var db = await Db(scope, cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var ended = await db.Set<Session>().Where(which).Where(row => row.EndedAt == null && row.ExpiresAt > now).Select(row => new { row.Id, row.Key, row.UserId, row.TenantId }).ToListAsync(cancellation);
        var ids = ended.ConvertAll(row => row.Id);
        await db.Set<Session>().Where(row => ids.Contains(row.Id)).ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, now), cancellation);
        From(scope, by?.Address, by?.Session);
        foreach (var session in ended)
        {
            db.Audit(by?.Caller ?? Caller.System(session.TenantId), "session.ended", Object(session.Id), before: new { session.UserId }, tenantId: session.TenantId);
        }

        await write.CommitAsync(cancellation);
        foreach (var session in ended)
        {
            _known.TryRemove(session.Key, out _);
        }

        foreach (var user in ended.Where(_ => !quietly).Select(row => row.UserId).Distinct())
        {
            changes.Raise(user);
        }

        return ended.Count;
    }

    internal async Task HaveFactorAsync(long userId, bool has, CancellationToken cancellation)
    {
        await using (var scope = scopes.CreateAsyncScope())
        await using (var db = await Db(scope, cancellation))
        await using (var write = await db.BeginAsync(cancellation))
        {
            await db.Set<Session>().Where(row => row.UserId == userId && row.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.HasFactor, has), cancellation);
            await write.CommitAsync(cancellation);
        }

        Forget(userId);
        changes.Raise(userId);
    }

    /// <summary>Something about the person's sessions was written elsewhere.</summary>
    internal void Forget(long userId)
    {
        foreach (var known in _known.Where(known => known.Value.Session?.UserId == userId))
        {
            _known.TryRemove(known);
        }
    }

    private async Task<Session?> ReadAsync(string key, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var db = await Db(scope, cancellation);
        var session = await db.Set<Session>().AsNoTracking().SingleOrDefaultAsync(row => row.Key == key, cancellation);
        var now = clock.GetUtcNow().UtcDateTime;
        if (session is { EndedAt: null } && session.SeenAt + SeenEvery < now)
        {
            await using var write = await db.BeginAsync(cancellation);
            await db.Set<Session>().Where(row => row.Id == session.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.SeenAt, now), cancellation);
            await write.CommitAsync(cancellation);
        }

        return session;
    }

    private static Task<InboxDb> Db(AsyncServiceScope scope, CancellationToken cancellation)
        => scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);

    private static AuditObject Object(long id) => AuditObject.Of("session", id);

    private static void From(AsyncServiceScope scope, string? address, string? session)
    {
        var origin = scope.ServiceProvider.GetRequiredService<CurrentOrigin>();
        (origin.Address, origin.Session) = (address, session);
    }

    private static string? Text(string device) => device.Length == 0 ? null : string.Concat(device.Where(character => !char.IsControl(character)));
}

/// <summary>Who ends a session, and from where.</summary>
public sealed record SessionEnder(Caller Caller, string? Address, string? Session);
