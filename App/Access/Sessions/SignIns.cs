using Inbox.Access.Factors;
using Inbox.Access.Http;
using Inbox.Access.Support;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Sessions;

public abstract record SignInOutcome;

/// <summary>The password is right. The active business is the last used, else the only one or the oldest; 0 when there is none.</summary>
public sealed record SignedIn(long UserId, string Name, string Stamp, long TenantId) : SignInOutcome
{
    /// <summary>A code of the second factor or a passkey was given too.</summary>
    public bool HasFactor { get; init; }
}

/// <summary>Wrong password, no such account or no business to go to: nobody is told which.</summary>
public sealed record SignInRefused : SignInOutcome;

/// <summary>The password is right, and the code of the second factor is missing.</summary>
public sealed record SignInNeedsCode(SignedIn Who) : SignInOutcome;

/// <summary>The password is right, and the business asks for a second factor, which the person has not set up.</summary>
public sealed record SignInNeedsFactor(SignedIn Who) : SignInOutcome;

/// <summary>The password is right, and the business asks for more, which the person has: a passkey. Setting up anything else by the password alone would go around it.</summary>
public sealed record SignInNeedsPasskey : SignInOutcome;

/// <summary>The password is right, the code is not.</summary>
public sealed record SignInWrongCode : SignInOutcome;

public sealed record SignInLocked(TimeSpan Wait) : SignInOutcome;

/// <summary>Checks e-mail or user name and password. Takes as long for an account that does not exist as for one that does.</summary>
public sealed partial class SignIns(
    UserManager<User> users, IPasswordHasher<User> hasher, SignInAttempts attempts, KnownDevice devices, SecondFactors factors, CurrentTenant tenant,
    IDbContextFactory<InboxDb> dbs, SessionTrail trail, TimeProvider clock, ILogger<SignIns> log)
{
    private const int LongestLogin = 254;

    private static readonly User Nobody = new();
    private static readonly Lock Making = new();

    // A hash costs a core a good part of a second; a flood of sign-ins must not take all of them from everybody else.
    private static readonly SemaphoreSlim Hashing = new(Math.Max(1, Environment.ProcessorCount / 2));
    private static readonly TimeSpan LongestQueue = TimeSpan.FromSeconds(5);

    private static string? _nobodysHash;

    /// <param name="login">E-mail or user name.</param>
    /// <param name="business">Slug or number of the business to open; null: the last used, else the only or oldest one.</param>
    public async Task<SignInOutcome> CheckAsync(HttpContext http, string login, string password, string? business, CancellationToken cancellation, string? otp = null)
    {
        var user = EmailAddress.IsValid(login) ? await users.FindByEmailAsync(login) : login.Length is > 0 and < LongestLogin ? await users.FindByNameAsync(login) : null;
        var address = Network.Of(http.Connection.RemoteIpAddress);
        var place = user is not null && devices.Find(http, user.Id) is { } device ? $"device {device}" : address;
        var pair = $"{(user is null ? users.NormalizeEmail(login) : $"user {user.Id}")}|{place}";
        var own = await attempts.TryAsync(pair, SignInAttempts.PerAccount, cancellation);
        if (own.Locks)
        {
            await trail.LockedAsync(user, own.Wait!.Value, cancellation);
        }

        var everybody = $"|{address}";
        if ((own.Wait ?? await attempts.TakeAsync($"all|{address}", SignInAttempts.PerAddressOfAll, cancellation)
            ?? await attempts.TakeAsync(everybody, SignInAttempts.PerAddress, cancellation)) is { } wait)
        {
            Locked(user?.Id);
            return new SignInLocked(wait);
        }

        if (await IsRightAsync(user, password, cancellation) is not { } right)
        {
            return new SignInLocked(LongestQueue);
        }

        if (!right || await EnterAsync(user!, business, cancellation) is not { } who)
        {
            Refused(user?.Id);
            await trail.RefusedAsync(user, cancellation);
            return new SignInRefused();
        }

        await attempts.ForgetAsync(pair, cancellation);
        await attempts.GiveBackAsync(everybody, cancellation);
        return await SecondAsync(who, otp, cancellation);
    }

    /// <summary>What is still to be given by somebody whose password is right, or who is signed in and goes to another business.</summary>
    public async Task<SignInOutcome> SecondAsync(SignedIn who, string? otp, CancellationToken cancellation)
        => await factors.StateAsync(who.UserId, who.TenantId, cancellation) switch
        {
            { IsEnabled: true } => string.IsNullOrWhiteSpace(otp) ? new SignInNeedsCode(who) : await factors.CheckAsync(who.UserId, otp, cancellation) ? who with { HasFactor = true } : new SignInWrongCode(),
            { IsRequired: true, HasPasskey: true } => new SignInNeedsPasskey(),
            { IsRequired: true } => new SignInNeedsFactor(who),
            _ => who,
        };

    /// <summary>Of somebody who is signed in; attempts are counted by whoever asks.</summary>
    public async Task<bool> IsPasswordAsync(long userId, string password, CancellationToken cancellation)
    {
        // Read anew: the context of a circuit would still know the password of the morning.
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var user = await db.Set<User>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == userId, cancellation);
        if (user?.PasswordHash is null || password.Length > PasswordRules.MaxLength || !await Hashing.WaitAsync(LongestQueue, cancellation))
        {
            return false;
        }

        try
        {
            return hasher.VerifyHashedPassword(user, user.PasswordHash, password) != PasswordVerificationResult.Failed;
        }
        finally
        {
            Hashing.Release();
        }
    }

    /// <summary>Somebody who proved in another way who he is goes in.</summary>
    /// <returns>Null when there is no such business for him.</returns>
    public async Task<SignedIn?> EnterAsync(User user, string? business, CancellationToken cancellation)
        => await ActiveTenantAsync(user, business, cancellation) is { } active
            ? new SignedIn(user.Id, user.Name is { Length: > 0 } name ? name : user.Email!, user.SecurityStamp!, active)
            : null;

    /// <returns>Null when too many others are being checked.</returns>
    private async Task<bool?> IsRightAsync(User? user, string password, CancellationToken cancellation)
    {
        if (password.Length > PasswordRules.MaxLength)
        {
            password = "";   // no hashing of megabytes; it is wrong anyhow
        }

        if (!await Hashing.WaitAsync(LongestQueue, cancellation))
        {
            return null;
        }

        try
        {
            if (user?.PasswordHash is not null)
            {
                return await users.CheckPasswordAsync(user, password);
            }

            hasher.VerifyHashedPassword(Nobody, NobodysHash(), password);
            return false;
        }
        finally
        {
            Hashing.Release();
        }
    }

    private async Task<long?> ActiveTenantAsync(User user, string? business, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        // The person's own belongings, over all businesses, before one of them is chosen.
        var own = await db.Set<Membership>().IgnoreQueryFilters([Filters.Tenant])
            .Where(membership => membership.UserId == user.Id && membership.Status == MemberStatus.Active
                && db.Set<Tenant>().Any(open => open.Id == membership.TenantId && open.State == TenantState.Active))
            .OrderBy(membership => membership.Id).Select(membership => membership.TenantId).ToListAsync(cancellation);
        if (business is not null)
        {
            own = await db.TenantIdAsync(business, cancellation) is { } wanted && (own.Contains(wanted) || (user.IsSuperAdmin && await LetsInAsync(db, wanted, cancellation))) ? [wanted] : [];
            if (own is [])
            {
                return null;
            }
        }

        var active = user.LastTenantId is { } last && own.Contains(last) ? last : own.FirstOrDefault();
        if (active == 0)
        {
            return user.IsSuperAdmin ? 0 : null;
        }

        tenant.Use(active);
        return active;
    }

    /// <summary>The business lets those who run the installation in now.</summary>
    private async Task<bool> LetsInAsync(InboxDb db, long business, CancellationToken cancellation)
        => await db.Set<SupportGrant>().IgnoreQueryFilters([Filters.Tenant]).StandingAt(clock.GetUtcNow().UtcDateTime).AnyAsync(grant => grant.TenantId == business, cancellation);

    private string NobodysHash()
    {
        lock (Making)
        {
            return _nobodysHash ??= hasher.HashPassword(Nobody, "nobody's password");
        }
    }

    [LoggerMessage(LogLevel.Warning, "Sign-in refused for user {UserId}")]
    private partial void Refused(long? userId);

    [LoggerMessage(LogLevel.Warning, "Sign-in locked for user {UserId}")]
    private partial void Locked(long? userId);
}
