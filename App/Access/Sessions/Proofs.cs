using System.Globalization;
using Inbox.Access.Factors;
using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Sessions;

/// <summary>
/// Before what a borrowed screen must not do (keys, second factor, passkeys) a person proves again who he is, when the
/// last proof is some minutes old.
/// </summary>
public sealed class Proofs(
    IDbContextFactory<InboxDb> dbs, SignIns signIns, SignInAttempts attempts, CurrentOrigin origin, IOptions<AuthOptions> options, TimeProvider clock)
{
    /// <summary>Wrong passwords of one person in a quarter of an hour.</summary>
    private const int PerPerson = 5;

    /// <exception cref="RefusedException">reauthentication_required.</exception>
    public async Task RequireAsync(Caller caller, CancellationToken cancellation)
    {
        if (caller.Kind == CallerKind.User && !await IsFreshAsync(cancellation))
        {
            throw new RefusedException(
                "reauthentication_required", "Give your password again: POST /api/v1/auth/reauthenticate, or the question on the screen.", StatusCodes.Status403Forbidden);
        }
    }

    /// <summary>As the other, before what the account is proved with changes: a session that was begun with the password alone must not go around a factor that the account has.</summary>
    /// <exception cref="RefusedException">reauthentication_required, passkey_required.</exception>
    public async Task RequireFactorAsync(Caller caller, CancellationToken cancellation)
    {
        await RequireAsync(caller, cancellation);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (caller.UserId is { } userId && await db.PeopleWithFactor().ContainsAsync(userId, cancellation)
            && !await db.Set<Session>().AnyAsync(session => session.Key == origin.Session && session.HasFactor, cancellation))
        {
            throw new RefusedException("passkey_required", "You signed in with the password alone. Sign in with your passkey to change this.", StatusCodes.Status403Forbidden);
        }
    }

    public async Task<bool> IsFreshAsync(CancellationToken cancellation)
    {
        var oldest = clock.GetUtcNow().UtcDateTime - options.Value.Proof;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Session>().AnyAsync(session => session.Key == origin.Session && session.EndedAt == null && session.ProvenAt >= oldest, cancellation);
    }

    /// <exception cref="RefusedException">person_needed; the password is wrong, or was wrong too often.</exception>
    public async Task ProveAsync(Caller caller, string password, CancellationToken cancellation)
    {
        var userId = caller.RequirePerson();
        // Of the person, not of the session: a new one is got by going to another business.
        var key = string.Create(CultureInfo.InvariantCulture, $"proof|{userId}");
        if (await attempts.TakeAsync(key, PerPerson, cancellation) is { } wait)
        {
            throw new RefusedException("too_many_attempts", "Too many wrong passwords. Try again later.", StatusCodes.Status429TooManyRequests) { RetryAfter = wait };
        }

        if (!await signIns.IsPasswordAsync(userId, password, cancellation))
        {
            throw new RefusedException("invalid_credentials", "The password is wrong.", StatusCodes.Status422UnprocessableEntity, "password");
        }

        await attempts.ForgetAsync(key, cancellation);
        await NoteAsync(cancellation);
    }

    /// <summary>The session's person has just proved who he is in another way.</summary>
    internal async Task NoteAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await db.Set<Session>().Where(session => session.Key == origin.Session).ExecuteUpdateAsync(set => set.SetProperty(session => session.ProvenAt, now), cancellation);
        await write.CommitAsync(cancellation);
    }
}
