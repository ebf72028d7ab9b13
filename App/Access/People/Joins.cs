using Inbox.Access.Http;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.People;

/// <summary>An invitation as the invited person sees it.</summary>
/// <param name="HasAccount">The address belongs to somebody already.</param>
/// <param name="IsForCaller">That somebody is signed in.</param>
public sealed record OpenInvitation(string Business, string InvitedBy, string Email, bool HasAccount, bool IsForCaller);

/// <summary>The other end of an invitation. For requests only: it holds a context.</summary>
public sealed class Joins(
    InboxDb db, UserManager<User> users, IPasswordHasher<User> hasher, SignInAttempts attempts, Callers callers, CurrentTenant tenant, TimeProvider clock)
{
    private const int PerAddress = 30;

    /// <returns>Null when the link leads nowhere: unknown, used, taken back or too old. Nobody is told which.</returns>
    public async Task<OpenInvitation?> FindAsync(Caller caller, string? token, CancellationToken cancellation)
    {
        if (await ByTokenAsync(token, cancellation) is not { } invitation)
        {
            return null;
        }

        var business = await db.Set<Tenant>().Where(row => row.Id == invitation.TenantId).Select(row => row.Name).SingleAsync(cancellation);
        var holder = await db.Set<User>().Where(user => user.NormalizedEmail == invitation.NormalizedEmail).Select(user => (long?)user.Id).SingleOrDefaultAsync(cancellation);
        return new OpenInvitation(business, invitation.InvitedBy, invitation.Email, holder is not null, holder is not null && holder == caller.UserId);
    }

    /// <summary>For somebody new: makes the account and joins.</summary>
    /// <exception cref="RefusedException">invitation_not_found, account_exists_already, invalid_value, too_many_attempts.</exception>
    public async Task<SignedIn> JoinAsync(HttpContext http, string? token, string name, string password, CancellationToken cancellation)
    {
        await CountAsync($"join|{Network.Of(http.Connection.RemoteIpAddress)}", PerAddress, cancellation);
        var invitation = await ByTokenAsync(token, cancellation) ?? throw RefusedException.NotFound("invitation");
        if (PasswordRules.Check(password, invitation.Email) is { } problem)
        {
            throw new RefusedException("invalid_value", PasswordRules.Sentence(problem), field: "password");
        }

        var user = new User
        {
            Email = invitation.Email,
            UserName = invitation.Email,
            Name = name.Trim(),
            EmailConfirmed = invitation.IsMailed,
            LastTenantId = invitation.TenantId,
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        user.PasswordHash = hasher.HashPassword(user, password);   // before the writer's turn: it takes a while
        await using var write = await db.BeginAsync(cancellation);
        if (!(await users.CreateAsync(user)).Succeeded)
        {
            throw new RefusedException("account_exists_already", "You have an account already. Join with its password.", StatusCodes.Status409Conflict);
        }

        await CloseAsync(invitation, user, cancellation);
        await write.CommitAsync(cancellation);
        return new SignedIn(user.Id, user.Name, user.SecurityStamp!, invitation.TenantId);
    }

    /// <summary>For somebody who has an account and shows it by its password. No session begins: signing in may ask for more.</summary>
    /// <exception cref="RefusedException">invitation_not_found, wrong_password, too_many_attempts.</exception>
    public async Task AcceptAsync(HttpContext http, string? token, string password, CancellationToken cancellation)
    {
        var address = Network.Of(http.Connection.RemoteIpAddress);
        await CountAsync($"join|{address}", PerAddress, cancellation);
        var invitation = await ByTokenAsync(token, cancellation) ?? throw RefusedException.NotFound("invitation");
        var user = await users.FindByEmailAsync(invitation.Email) ?? throw RefusedException.NotFound("invitation");
        await CountAsync($"join|user {user.Id}|{address}", SignInAttempts.PerAccount, cancellation);
        if (password.Length > PasswordRules.MaxLength || user.PasswordHash is null || !await users.CheckPasswordAsync(user, password))
        {
            throw new RefusedException("wrong_password", "The password is not that of your account.", StatusCodes.Status401Unauthorized);
        }

        await TakeAsync(invitation, user, cancellation);
    }

    /// <summary>For somebody who is signed in, whatever business they are in now.</summary>
    /// <returns>The business that they joined.</returns>
    /// <exception cref="RefusedException">invitation_not_found, also when it is for another address.</exception>
    public async Task<long> AcceptAsync(Caller caller, string? token, CancellationToken cancellation)
    {
        var invitation = await ByTokenAsync(token, cancellation);
        var user = await db.Set<User>().SingleOrDefaultAsync(row => row.Id == caller.UserId, cancellation);
        if (invitation is null || user is null || user.NormalizedEmail != invitation.NormalizedEmail)
        {
            throw RefusedException.NotFound("invitation");
        }

        await TakeAsync(invitation, user, cancellation);
        return invitation.TenantId;
    }

    private async Task TakeAsync(Invitation invitation, User user, CancellationToken cancellation)
    {
        await using (var write = await db.BeginAsync(cancellation))
        {
            await CloseAsync(invitation, user, cancellation);
            await write.CommitAsync(cancellation);
        }

        callers.Forget(user.Id);
    }

    private async Task CountAsync(string key, int limit, CancellationToken cancellation)
    {
        if (await attempts.TakeAsync(key, limit, cancellation) is { } wait)
        {
            throw new RefusedException("too_many_attempts", "Too many attempts. Try again later.", StatusCodes.Status429TooManyRequests) { RetryAfter = wait };
        }
    }

    /// <summary>Gives what the invitation promised, in the name of whoever invited. Of two at once one finds it closed.</summary>
    private async Task CloseAsync(Invitation invitation, User user, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var closed = await db.Set<Invitation>().Where(row => row.Id == invitation.Id && row.TokenHash == invitation.TokenHash && row.ClosedAt == null && row.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ClosedAt, now), cancellation);
        var ids = await db.LeftRolesAsync(invitation, cancellation);
        if (closed != 1 || ids.Count == 0)
        {
            throw RefusedException.NotFound("invitation");
        }

        var departments = await db.Set<Department>().Where(department => invitation.Departments.Contains(department.Id)).Select(department => department.Id).ToListAsync(cancellation);
        var roles = await db.Set<Role>().Where(role => ids.Contains(role.Id)).ToListAsync(cancellation);
        // What is given was checked against the inviter's rights when he invited.
        var inbox = Caller.System(invitation.TenantId) with
        {
            UserId = user.Id,
            Name = user.Name,
            OnBehalfOf = new Principal(invitation.InvitedById, invitation.InvitedBy),
        };
        await db.AddMemberAsync(inbox, user, roles, departments.ToDictionary(id => id, _ => false), now, cancellation);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>From then on the scope works for the business of the invitation.</summary>
    private async Task<Invitation?> ByTokenAsync(string? token, CancellationToken cancellation)
    {
        var hash = Invitations.Hash(token ?? "");
        var now = clock.GetUtcNow().UtcDateTime;
        // The token alone says which business it is.
        var found = await db.Set<Invitation>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking()
            .SingleOrDefaultAsync(invitation => invitation.TokenHash == hash && invitation.ClosedAt == null && invitation.ExpiresAt > now, cancellation);
        if (found is not null)
        {
            tenant.Use(found.TenantId);
        }

        return found;
    }
}
