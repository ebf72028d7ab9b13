using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Factors;

/// <param name="IsEnabled">By an authenticator app.</param>
/// <param name="RecoveryCodesLeft">Those that were not used yet.</param>
/// <param name="IsRequired">The active business lets nobody in without one.</param>
/// <param name="HasPasskey">A passkey stands for both factors: whoever has one and no app signs in with it where a factor is required.</param>
public sealed record FactorState(bool IsEnabled, int RecoveryCodesLeft, bool IsRequired, bool HasPasskey)
{
    internal bool HasAny => IsEnabled || HasPasskey;
}

/// <param name="Secret">Base32.</param>
/// <param name="Address">The same as <c>otpauth://</c>, for a QR code.</param>
public sealed record NewFactor(string Secret, string Address);

/// <summary>A person's second factor: set up, asked for at sign-in, taken away.</summary>
public sealed class SecondFactors(IDbContextFactory<InboxDb> dbs, SecretBox box, SignInAttempts attempts, TimeProvider clock)
{
    private const int RecoveryCodes = 10;

    /// <summary>Wrong codes of a person in a quarter of an hour, from wherever: who gets here knows the password.</summary>
    private const int PerPerson = 10;

    public async Task<FactorState> StateAsync(long userId, long tenantId, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return new FactorState(
            await db.Set<Authenticator>().AnyAsync(row => row.UserId == userId && row.EnabledAt != null, cancellation),
            await db.Set<RecoveryCode>().CountAsync(row => row.UserId == userId && row.UsedAt == null, cancellation),
            await db.Set<Tenant>().AnyAsync(row => row.Id == tenantId && row.RequiresSecondFactor, cancellation),
            await db.Set<IdentityUserPasskey<long>>().AnyAsync(key => key.UserId == userId, cancellation));
    }

    /// <summary>A new secret; the old one, where there is one, holds until the new one is confirmed.</summary>
    /// <exception cref="RefusedException">second_factor_enabled: take it away first.</exception>
    public async Task<NewFactor> BeginAsync(long userId, CancellationToken cancellation)
    {
        var secret = Totp.NewSecret();
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var email = await db.Set<User>().Where(user => user.Id == userId).Select(user => user.Email).SingleAsync(cancellation);
        var known = await db.Set<Authenticator>().SingleOrDefaultAsync(row => row.UserId == userId, cancellation);
        if (known?.EnabledAt is not null)
        {
            throw Enabled();
        }

        if (known is null)
        {
            db.Add(new Authenticator { UserId = userId, Secret = Closed(secret, userId) });
        }
        else
        {
            known.Secret = Closed(secret, userId);
        }

        await db.SaveChangesAsync(cancellation);
        return Shown(secret, email);
    }

    /// <summary>A secret that waits with a sign-in, as its page shows it. No row knows of it before a code confirms it, so nobody is shown what another began.</summary>
    public async Task<NewFactor> ShowAsync(long userId, string secret, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return Shown(secret, await db.Set<User>().Where(user => user.Id == userId).Select(user => user.Email).SingleAsync(cancellation));
    }

    /// <summary>Switches on the secret that waited with a sign-in.</summary>
    /// <returns>The recovery codes, shown this once; null when the code is wrong.</returns>
    /// <exception cref="RefusedException">too_many_attempts; second_factor_enabled.</exception>
    public async Task<IReadOnlyList<string>?> ConfirmAsync(long userId, string secret, string code, Action<InboxDb> audit, CancellationToken cancellation)
    {
        await TakeAsync(userId, cancellation);
        if (Totp.Match(secret, Plain(code), clock.GetUtcNow()) is not { } step)
        {
            return null;
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var known = await db.Set<Authenticator>().SingleOrDefaultAsync(row => row.UserId == userId, cancellation);
        if (known?.EnabledAt is not null)
        {
            throw Enabled();
        }

        var wanted = known ?? db.Add(new Authenticator { UserId = userId, Secret = [] }).Entity;
        (wanted.Secret, wanted.EnabledAt, wanted.LastStep) = (Closed(secret, userId), clock.GetUtcNow().UtcDateTime, step);
        return await DoneAsync(db, userId, audit, cancellation);
    }

    /// <returns>The recovery codes, shown this once; null when the code is wrong.</returns>
    /// <exception cref="RefusedException">Too many codes, or nothing was begun.</exception>
    public async Task<IReadOnlyList<string>?> ConfirmAsync(long userId, string code, Action<InboxDb> audit, CancellationToken cancellation)
    {
        await TakeAsync(userId, cancellation);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var begun = await db.Set<Authenticator>().SingleOrDefaultAsync(row => row.UserId == userId && row.EnabledAt == null, cancellation)
            ?? throw new RefusedException("second_factor_not_begun", "Begin with a new secret.", StatusCodes.Status409Conflict);
        if (Totp.Match(Open(begun), Plain(code), clock.GetUtcNow()) is not { } step)
        {
            return null;
        }

        (begun.EnabledAt, begun.LastStep) = (clock.GetUtcNow().UtcDateTime, step);
        return await DoneAsync(db, userId, audit, cancellation);
    }

    private async Task<IReadOnlyList<string>> DoneAsync(InboxDb db, long userId, Action<InboxDb> audit, CancellationToken cancellation)
    {
        var codes = await SaveNewCodesAsync(db, userId, audit, cancellation);
        await attempts.ForgetAsync(Key(userId), cancellation);
        return codes;
    }

    /// <summary>A code of the app or a recovery code. Each is taken once, also when it comes twice at once.</summary>
    /// <exception cref="RefusedException">too_many_attempts.</exception>
    public async Task<bool> CheckAsync(long userId, string code, CancellationToken cancellation)
    {
        await TakeAsync(userId, cancellation);
        var plain = Plain(code);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var authenticator = await db.Set<Authenticator>().AsNoTracking().SingleOrDefaultAsync(row => row.UserId == userId && row.EnabledAt != null, cancellation);
        if (authenticator is null)
        {
            return false;
        }

        if (!await UseAsync(db, authenticator, plain, cancellation))
        {
            return false;
        }

        await attempts.ForgetAsync(Key(userId), cancellation);
        return true;
    }

    public async Task<IReadOnlyList<string>> NewCodesAsync(long userId, Action<InboxDb> audit, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await SaveNewCodesAsync(db, userId, audit, cancellation);
    }

    public async Task RemoveAsync(long userId, Action<InboxDb> audit, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await db.Set<Authenticator>().Where(row => row.UserId == userId).ExecuteDeleteAsync(cancellation);
        await db.Set<RecoveryCode>().Where(row => row.UserId == userId).ExecuteDeleteAsync(cancellation);
        audit(db);
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
    }

    private async Task TakeAsync(long userId, CancellationToken cancellation)
    {
        if (await attempts.TakeAsync(Key(userId), PerPerson, cancellation) is { } wait)
        {
            throw new RefusedException("too_many_attempts", "Too many wrong codes. Try again later.", StatusCodes.Status429TooManyRequests) { RetryAfter = wait };
        }
    }

    private async Task<bool> UseAsync(InboxDb db, Authenticator authenticator, string code, CancellationToken cancellation)
    {
        await using var write = await db.BeginAsync(cancellation);
        var taken = Totp.Match(Open(authenticator), code, clock.GetUtcNow()) is { } step
            ? await db.Set<Authenticator>().Where(row => row.UserId == authenticator.UserId && row.LastStep < step).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastStep, step), cancellation)
            : await UseRecoveryAsync(db, authenticator.UserId, code, cancellation);
        await write.CommitAsync(cancellation);
        return taken == 1;
    }

    private async Task<int> UseRecoveryAsync(InboxDb db, long userId, string code, CancellationToken cancellation)
    {
        var hash = Hash(code);
        var now = clock.GetUtcNow().UtcDateTime;
        return await db.Set<RecoveryCode>().Where(row => row.UserId == userId && row.Hash == hash && row.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), cancellation);
    }

    /// <summary>In a transaction that is over when it returns: counting attempts takes the writer's turn again.</summary>
    private static async Task<IReadOnlyList<string>> SaveNewCodesAsync(InboxDb db, long userId, Action<InboxDb> audit, CancellationToken cancellation)
    {
        await using var write = await db.BeginAsync(cancellation);
        var codes = await NewCodesAsync(db, userId, cancellation);
        audit(db);
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        return codes;
    }

    private static async Task<IReadOnlyList<string>> NewCodesAsync(InboxDb db, long userId, CancellationToken cancellation)
    {
        await db.Set<RecoveryCode>().Where(row => row.UserId == userId).ExecuteDeleteAsync(cancellation);
        var codes = Enumerable.Range(0, RecoveryCodes).Select(_ => Totp.NewRecoveryCode()).ToList();
        db.AddRange(codes.Select(code => new RecoveryCode { UserId = userId, Hash = Hash(Plain(code)) }));
        return codes;
    }

    private byte[] Closed(string secret, long userId) => box.Protect(secret, Purpose(userId));

    private string Open(Authenticator authenticator) => box.Unprotect(authenticator.Secret, Purpose(authenticator.UserId));

    private static RefusedException Enabled()
        => new("second_factor_enabled", "There is a second factor already. Switch it off before you set up another one.", StatusCodes.Status409Conflict);

    private static NewFactor Shown(string secret, string? email)
        => new(secret, $"otpauth://totp/Inbox:{Uri.EscapeDataString(email ?? "")}?secret={secret}&issuer=Inbox");

    internal static string Purpose(long userId) => string.Create(CultureInfo.InvariantCulture, $"authenticator|{userId}");

    private static string Key(long userId) => string.Create(CultureInfo.InvariantCulture, $"code|{userId}");

    /// <summary>People type spaces and dashes as they please.</summary>
    private static string Plain(string code) => string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    private static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
}
