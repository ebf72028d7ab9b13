using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Inbox.Access.Factors;
using Inbox.Access.Http;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Sessions;

/// <param name="Id">Base64url.</param>
public sealed record PasskeyRow(string Id, string Name, DateTimeOffset CreatedAt);

/// <summary>
/// Passkeys, by ASP.NET Core Identity's own handler. The challenge waits in a protected cookie of five minutes. A passkey
/// proves a device and its owner, so it stands for both factors.
/// </summary>
public sealed class Passkeys(
    UserManager<User> users, InboxDb db, IDbContextFactory<InboxDb> dbs, IPasskeyHandler<User> handler, SignIns signIns, SignInAttempts attempts, Proofs proofs, OwnSessions sessions, SecondFactors factors, CurrentOrigin origin, IDataProtectionProvider protection, TimeProvider clock)
{
    private const string Cookie = "inbox-passkey";
    private const int MostPasskeys = 20;
    private const int LongestName = 60;
    private const int PerAddress = 30;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly IDataProtector _protector = protection.CreateProtector("passkey");

    public async Task<IReadOnlyList<PasskeyRow>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        var userId = caller.RequirePerson();
        await using var own = await dbs.CreateDbContextAsync(cancellation);
        var keys = await own.Set<IdentityUserPasskey<long>>().AsNoTracking().Where(key => key.UserId == userId).ToListAsync(cancellation);
        return [.. keys.OrderBy(key => key.Data.CreatedAt).Select(key => new PasskeyRow(Base64Url.EncodeToString(key.CredentialId), key.Data.Name ?? "", key.Data.CreatedAt))];
    }

    /// <returns>What navigator.credentials.create takes, as JSON.</returns>
    public async Task<string> BeginAsync(HttpContext http, Caller caller, CancellationToken cancellation)
    {
        await proofs.RequireFactorAsync(caller, cancellation);
        var user = await PersonAsync(caller);
        await CheckRoomAsync(user);
        var made = await handler.MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = user.Id.ToString(CultureInfo.InvariantCulture), Name = user.Email ?? "", DisplayName = caller.Name }, http);
        Keep(http, "add", made.AttestationState);
        return made.CreationOptionsJson;
    }

    /// <exception cref="RefusedException">invalid_passkey, reauthentication_required, passkey_required.</exception>
    public async Task<PasskeyRow> AddAsync(HttpContext http, Caller caller, string credential, string name, CancellationToken cancellation)
    {
        await proofs.RequireFactorAsync(caller, cancellation);
        var user = await PersonAsync(caller);
        var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = http, CredentialJson = credential, AttestationState = Take(http, "add") });
        if (!result.Succeeded || result.UserEntity.Id != user.Id.ToString(CultureInfo.InvariantCulture))
        {
            throw Invalid();
        }

        await CheckRoomAsync(user);   // others may have been added since this one was begun
        result.Passkey.Name = name.Trim() is { Length: > 0 } given ? given[..Math.Min(given.Length, LongestName)] : "Passkey";
        // The store saves in the context of the scope, so both are written or neither.
        db.Audit(caller, "passkey.added", AuditObject.Of("user", user.Id, caller.Name), null, new { result.Passkey.Name });
        var added = await users.AddOrUpdatePasskeyAsync(user, result.Passkey);
        if (!added.Succeeded)
        {
            throw Invalid();
        }

        await NoteAsync(caller, cancellation);
        return new PasskeyRow(Base64Url.EncodeToString(result.Passkey.CredentialId), result.Passkey.Name, result.Passkey.CreatedAt);
    }

    /// <returns>False when the person has no such passkey.</returns>
    public async Task<bool> RemoveAsync(Caller caller, string id, CancellationToken cancellation)
    {
        var userId = caller.RequirePerson();
        await proofs.RequireFactorAsync(caller, cancellation);
        await using var own = await dbs.CreateDbContextAsync(cancellation);
        var keys = await own.Set<IdentityUserPasskey<long>>().Where(key => key.UserId == userId).ToListAsync(cancellation);
        if (keys.Find(key => Base64Url.EncodeToString(key.CredentialId) == id) is not { } found)
        {
            return false;
        }

        if (keys.Count == 1 && await factors.StateAsync(userId, caller.TenantId, cancellation) is { IsRequired: true, IsEnabled: false })
        {
            throw new RefusedException("second_factor_required", "This business lets nobody in without a second factor, and this passkey is your last one.", StatusCodes.Status409Conflict);
        }

        own.Remove(found);
        own.Audit(caller, "passkey.removed", AuditObject.Of("user", userId, caller.Name), new { found.Data.Name });
        await own.SaveChangesAsync(cancellation);
        await NoteAsync(caller, cancellation);
        return true;
    }

    /// <summary>A change ends the person's other sessions, as that of the second factor does: one of them may be the reason.</summary>
    private async Task NoteAsync(Caller caller, CancellationToken cancellation)
    {
        await sessions.EndAllAsync(caller, origin.Session, cancellation);
        await sessions.HaveFactorAsync(caller, (await factors.StateAsync(caller.RequirePerson(), caller.TenantId, cancellation)).HasAny, cancellation);
    }

    /// <returns>What navigator.credentials.get takes, as JSON. It names nobody: the browser asks which passkey.</returns>
    public async Task<string> AskAsync(HttpContext http)
    {
        var made = await handler.MakeRequestOptionsAsync(null, http);
        Keep(http, "enter", made.AssertionState);
        return made.RequestOptionsJson;
    }

    /// <exception cref="RefusedException">invalid_passkey, whatever is wrong.</exception>
    public async Task<SignedIn> EnterAsync(HttpContext http, string credential, CancellationToken cancellation)
    {
        var everybody = $"passkey|{Network.Of(http.Connection.RemoteIpAddress)}";
        if (await attempts.TakeAsync(everybody, PerAddress, cancellation) is { } wait)
        {
            throw new RefusedException("too_many_attempts", "Too many attempts. Try again later.", StatusCodes.Status429TooManyRequests) { RetryAfter = wait };
        }

        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = credential, AssertionState = Take(http, "enter") });
        if (!result.Succeeded || await signIns.EnterAsync(result.User, null, cancellation) is not { } who)
        {
            throw new RefusedException("invalid_passkey", "The passkey was not accepted.", StatusCodes.Status401Unauthorized);
        }

        await attempts.GiveBackAsync(everybody, cancellation);
        await users.AddOrUpdatePasskeyAsync(result.User, result.Passkey);   // its counter went up
        return who with { HasFactor = true };   // it is asked for with the device's own lock
    }

    private async Task CheckRoomAsync(User user)
    {
        if ((await users.GetPasskeysAsync(user)).Count >= MostPasskeys)
        {
            throw new RefusedException("too_many_passkeys", $"An account has at most {MostPasskeys} passkeys.", StatusCodes.Status409Conflict);
        }
    }

    private async Task<User> PersonAsync(Caller caller)
        => await users.FindByIdAsync(caller.RequirePerson().ToString(CultureInfo.InvariantCulture)) ?? throw RefusedException.NotFound("user");

    private void Keep(HttpContext http, string what, string? state)
        => http.Response.Cookies.Append(PrefixedCookies.Name(http, Cookie), _protector.Protect(JsonSerializer.Serialize(new Waiting(what, state, clock.GetUtcNow() + Lifetime))), Options(http));

    /// <summary>Good for one answer.</summary>
    private string? Take(HttpContext http, string what)
    {
        var cookie = http.Request.Cookies[PrefixedCookies.Name(http, Cookie)];
        http.Response.Cookies.Delete(PrefixedCookies.Name(http, Cookie), Options(http));
        try
        {
            return cookie is { Length: > 0 } && JsonSerializer.Deserialize<Waiting>(_protector.Unprotect(cookie)) is { } waiting && waiting.What == what && waiting.Until > clock.GetUtcNow()
                ? waiting.State
                : throw Invalid();
        }
        catch (CryptographicException)
        {
            throw Invalid();
        }
    }

    private static RefusedException Invalid() => new("invalid_passkey", "The passkey was not accepted. Begin again.", StatusCodes.Status422UnprocessableEntity);

    private static CookieOptions Options(HttpContext http)
        => new() { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Strict, MaxAge = Lifetime, IsEssential = true, Path = "/" };

    private sealed record Waiting(string What, string? State, DateTimeOffset Until);
}
