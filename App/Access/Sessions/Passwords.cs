using System.Globalization;
using System.Security.Cryptography;
using Inbox.Access.Http;
using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Sessions;

/// <summary>
/// Changes passwords: of the person who asks, or by a link that is good once and for an hour. A new password ends the
/// sessions that the old one began; the second factor stays.
/// </summary>
public sealed class Passwords(
    IDbContextFactory<InboxDb> dbs, IPasswordHasher<User> hasher, SignIns signIns, SignInAttempts attempts, Proofs proofs, LiveSessions live, Callers callers,
    IDataProtectionProvider protection, CurrentOrigin origin, TimeProvider clock)
{
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromHours(1);

    private const int ResetsPerAccount = 5;
    private const int ResetsPerAddress = 20;
    private const int WrongPerPerson = 5;

    private static readonly TimeSpan ResetWindow = TimeSpan.FromHours(1);

    private readonly IDataProtector _protector = protection.CreateProtector("password-reset");

    /// <exception cref="RefusedException">The current password is wrong, or the new one breaks a rule.</exception>
    public async Task ChangeAsync(Caller caller, string current, string wanted, CancellationToken cancellation)
    {
        var userId = caller.RequirePerson();
        var key = string.Create(CultureInfo.InvariantCulture, $"password|{userId}");
        if (await attempts.TakeAsync(key, WrongPerPerson, cancellation) is { } wait)
        {
            throw TooMany(wait);
        }

        if (!await signIns.IsPasswordAsync(userId, current, cancellation))
        {
            throw new RefusedException("invalid_credentials", "The current password is wrong.", field: "current_password");
        }

        await attempts.ForgetAsync(key, cancellation);
        await SetAsync(caller, userId, wanted, "new_password", keep: origin.Session, cancellation);
    }

    /// <summary>Counts a wish for a link, so that nobody floods a mailbox: five an hour for an account, twenty for an address.</summary>
    public async Task RequireNotTooManyAsync(HttpContext http, string email, CancellationToken cancellation)
    {
        if ((await attempts.TakeAsync($"reset|{Network.Of(http.Connection.RemoteIpAddress)}", ResetsPerAddress, cancellation, ResetWindow)
            ?? await attempts.TakeAsync($"reset|{email.ToUpperInvariant()}", ResetsPerAccount, cancellation, ResetWindow)) is { } wait)
        {
            throw TooMany(wait);
        }
    }

    /// <returns>The path and query of a link for the person with this address; null when there is none.</returns>
    public async Task<string?> LinkForAsync(string email, CancellationToken cancellation)
    {
        var normalized = email.ToUpperInvariant();
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var user = await db.Set<User>().AsNoTracking().SingleOrDefaultAsync(row => row.NormalizedEmail == normalized, cancellation);
        return user is null ? null : Link(user);
    }

    /// <summary>For a colleague who has no mail: to be copied. Not for somebody who may more, nor for one who belongs elsewhere too.</summary>
    /// <returns>Null when the business has no such person.</returns>
    /// <exception cref="RefusedException">reset_by_mail_only; reauthentication_required; too_many_attempts: five an hour for a person.</exception>
    public async Task<string?> LinkForAsync(Caller caller, long userId, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await db.ColleagueAsync(caller, userId, cancellation) is not var (user, isInReach))
        {
            return null;
        }

        if (!isInReach)
        {
            throw new RefusedException("reset_by_mail_only", "This person may more than you, or belongs to other businesses too: the link goes by e-mail only.", StatusCodes.Status403Forbidden);
        }

        await proofs.RequireAsync(caller, cancellation);
        if (await attempts.TakeAsync(string.Create(CultureInfo.InvariantCulture, $"reset link|{userId}"), ResetsPerAccount, cancellation, ResetWindow) is { } wait)
        {
            throw TooMany(wait);
        }

        db.Audit(caller, "user.password_link_made", AuditObject.Of("user", userId, user.Name));
        await db.SaveChangesAsync(cancellation);
        return Link(user);
    }

    /// <summary>Missing, used, old and foreign tokens are one refusal.</summary>
    /// <exception cref="RefusedException">invalid_reset_link, or the password breaks a rule.</exception>
    public async Task ResetAsync(string token, string wanted, CancellationToken cancellation)
    {
        var userId = await FindAsync(token, cancellation) ?? throw new RefusedException("invalid_reset_link", "This link was used already or is too old. Ask for a new one.", StatusCodes.Status400BadRequest, "token");
        await SetAsync(new Caller(CallerKind.User, 0, userId, "", Caller.NoRights), userId, wanted, "password", keep: null, cancellation);
    }

    /// <returns>Whose link it is; null when it is good no more.</returns>
    public async Task<long?> FindAsync(string? token, CancellationToken cancellation)
    {
        if (Read(token) is not [var user, var stamp, var until] || long.Parse(until, CultureInfo.InvariantCulture) < clock.GetUtcNow().ToUnixTimeSeconds())
        {
            return null;
        }

        var id = long.Parse(user, CultureInfo.InvariantCulture);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<User>().AnyAsync(row => row.Id == id && row.SecurityStamp == stamp, cancellation) ? id : null;
    }

    private async Task SetAsync(Caller caller, long userId, string wanted, string field, string? keep, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var user = await db.Set<User>().SingleAsync(row => row.Id == userId, cancellation);
        if (PasswordRules.Check(wanted, user.Email) is { } problem)
        {
            throw new RefusedException("invalid_value", PasswordRules.Sentence(problem), field: field);
        }

        user.PasswordHash = hasher.HashPassword(user, wanted);
        var before = user.SecurityStamp;
        user.SecurityStamp = Convert.ToHexString(RandomNumberGenerator.GetBytes(20));
        user.ConcurrencyStamp = Guid.NewGuid().ToString();
        var now = clock.GetUtcNow().UtcDateTime;
        await using (var write = await db.BeginAsync(cancellation))
        {
            db.Audit(caller, "user.password_changed", AuditObject.Of("user", userId, user.Name), tenantId: caller.TenantId);
            await db.SaveChangesAsync(cancellation);
            await db.Set<Session>().Where(row => row.UserId == userId && row.Key == keep && row.Stamp == before)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Stamp, user.SecurityStamp).SetProperty(row => row.ProvenAt, now), cancellation);
            await write.CommitAsync(cancellation);
        }

        await live.EndAsync(row => row.UserId == userId && row.Key != keep, cancellation);
        callers.Forget(userId);
    }

    /// <summary>The stamp in it changes with the password: the link is good once.</summary>
    private string Link(User user)
        => $"/reset-password?token={Uri.EscapeDataString(_protector.Protect(string.Create(
            CultureInfo.InvariantCulture, $"{user.Id}:{user.SecurityStamp}:{(clock.GetUtcNow() + LinkLifetime).ToUnixTimeSeconds()}")))}";

    private string[]? Read(string? token)
    {
        try
        {
            return string.IsNullOrEmpty(token) ? null : _protector.Unprotect(token).Split(':');
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static RefusedException TooMany(TimeSpan wait)
        => new("too_many_attempts", "Too many attempts. Try again later.", StatusCodes.Status429TooManyRequests) { RetryAfter = wait };
}
