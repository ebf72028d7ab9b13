using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Inbox.Access.Mail;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Inbox.Access.People;

/// <summary>Asks people to join a business, by mail where a mail server is set and else by a link to hand on.</summary>
public sealed class Invitations(
    IDbContextFactory<InboxDb> dbs, ILookupNormalizer normalizer, Mails mails, IOptions<AccessOptions> access, IOptions<AuthOptions> options, IStringLocalizer<Invitations> text, TimeProvider clock)
{
    private const int Most = 500;

    /// <summary>Those that still lead somewhere, the newest first.</summary>
    public async Task<IReadOnlyList<Invitation>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Invite);
        var now = clock.GetUtcNow().UtcDateTime;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Invitation>().AsNoTracking().Where(invitation => invitation.ClosedAt == null && invitation.ExpiresAt > now)
            .OrderByDescending(invitation => invitation.CreatedAt).ThenByDescending(invitation => invitation.Id).Take(Most).ToListAsync(cancellation);
    }

    /// <returns>Null when it is none of the open ones.</returns>
    public async Task<Invitation?> FindAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Invite);
        var now = clock.GetUtcNow().UtcDateTime;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Invitation>().AsNoTracking().SingleOrDefaultAsync(invitation => invitation.Id == id && invitation.ClosedAt == null && invitation.ExpiresAt > now, cancellation);
    }

    /// <summary>An earlier one to the same address ends.</summary>
    /// <param name="origin">Of the page or request that asks, for the link while <c>Inbox:PublicBaseUrl</c> is not set.</param>
    /// <exception cref="ForbiddenException">The caller lacks a right that one of the roles has.</exception>
    /// <exception cref="RefusedException">already_member, too_many_invitations, owner_required, department_not_reached, invalid_value.</exception>
    public async Task<SentInvitation> CreateAsync(Caller caller, NewInvitation wanted, Uri origin, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Invite);
        if (!EmailAddress.IsValid(wanted.Email))
        {
            throw new RefusedException("invalid_value", "This is no e-mail address.", field: "email");
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var email = normalizer.NormalizeEmail(wanted.Email)!;
        var token = NewToken();
        Invitation invitation;
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using (var write = await db.BeginAsync(cancellation))
        {
            var roles = await db.GivenRolesAsync(caller, wanted.Roles, cancellation);
            await CheckAsync(db, caller, email, wanted.Departments, cancellation);
            await db.Set<Invitation>().Where(earlier => earlier.NormalizedEmail == email && earlier.ClosedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(earlier => earlier.ClosedAt, now), cancellation);
            invitation = new Invitation
            {
                TenantId = caller.TenantId,
                Email = wanted.Email,
                NormalizedEmail = email,
                TokenHash = Hash(token),
                Roles = [.. roles.Select(role => role.Id)],
                Departments = [.. wanted.Departments.Distinct()],
                InvitedById = caller.UserId,
                InvitedBy = caller.Name,
                CreatedAt = now,
                ExpiresAt = now + options.Value.Invitation,
            };
            db.Add(invitation);
            db.Audit(caller, "user.invited", () => AuditObject.Of("invitation", invitation.Id, invitation.Email), after: new { invitation.Email, Roles = roles.Select(role => role.Name), invitation.Departments });
            await db.SaveChangesAsync(cancellation);
            await write.CommitAsync(cancellation);
        }

        return await SendAsync(db, invitation, token, origin, cancellation);
    }

    /// <summary>A new link with a whole life; the one before leads nowhere.</summary>
    /// <exception cref="RefusedException">invitation_not_found, owner_required.</exception>
    public async Task<SentInvitation> RenewAsync(Caller caller, long id, Uri origin, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Invite);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var invitation = await OpenAsync(db, id, cancellation);
        await db.GivenRolesAsync(caller, await db.LeftRolesAsync(invitation, cancellation), cancellation);
        var token = NewToken();
        (invitation.TokenHash, invitation.ExpiresAt, invitation.IsMailed) = (Hash(token), clock.GetUtcNow().UtcDateTime + options.Value.Invitation, false);
        db.Audit(caller, "user.invited", AuditObject.Of("invitation", invitation.Id, invitation.Email), after: new { invitation.Email, Again = true });
        await db.SaveChangesAsync(cancellation);
        return await SendAsync(db, invitation, token, origin, cancellation);
    }

    /// <exception cref="RefusedException">invitation_not_found.</exception>
    public async Task RevokeAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Invite);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var invitation = await OpenAsync(db, id, cancellation);
        invitation.ClosedAt = clock.GetUtcNow().UtcDateTime;
        db.Audit(caller, "invitation.revoked", AuditObject.Of("invitation", id, invitation.Email));
        await db.SaveChangesAsync(cancellation);
    }

    private static async Task CheckAsync(InboxDb db, Caller caller, string email, IReadOnlyCollection<long> departments, CancellationToken cancellation)
    {
        if (await db.Set<Membership>().AnyAsync(member => member.Status != MemberStatus.Deleted && db.Set<User>().Any(user => user.Id == member.UserId && user.NormalizedEmail == email), cancellation))
        {
            throw new RefusedException("already_member", "This person is in the team already.", StatusCodes.Status409Conflict, "email");
        }

        if (await db.Set<Invitation>().CountAsync(invitation => invitation.ClosedAt == null, cancellation) >= Most)
        {
            throw new RefusedException("too_many_invitations", $"At most {Most} invitations wait at once. Take some back first.", StatusCodes.Status409Conflict);
        }

        var places = departments.Distinct().ToList();
        if (await db.Set<Department>().CountAsync(department => places.Contains(department.Id), cancellation) != places.Count)
        {
            throw new RefusedException("invalid_value", "One of the departments is not in this business.", field: "departments");
        }

        caller.RequireDepartments(places);
    }

    private async Task<SentInvitation> SendAsync(InboxDb db, Invitation invitation, string token, Uri origin, CancellationToken cancellation)
    {
        var link = new Uri(access.Value.PublicBaseUrl ?? origin, $"/join?token={token}").AbsoluteUri;
        // A link in a mail must not lead to wherever the request claims to have come from.
        if (access.Value.PublicBaseUrl is null || !mails.IsConfigured)
        {
            return new SentInvitation(invitation, link);
        }

        var business = await db.Set<Tenant>().Where(row => row.Id == invitation.TenantId).Select(row => row.Name).SingleAsync(cancellation);
        if (!await mails.SendAsync(invitation.Email, text["subject", business], text["body", invitation.InvitedBy, business, link, options.Value.InvitationDays], cancellation))
        {
            return new SentInvitation(invitation, link);
        }

        invitation.IsMailed = true;
        await db.SaveChangesAsync(cancellation);
        return new SentInvitation(invitation, null);
    }

    private static async Task<Invitation> OpenAsync(InboxDb db, long id, CancellationToken cancellation)
        => await db.Set<Invitation>().SingleOrDefaultAsync(invitation => invitation.Id == id && invitation.ClosedAt == null, cancellation) ?? throw RefusedException.NotFound("invitation");

    internal static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    internal static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

public sealed record NewInvitation(string Email, IReadOnlyCollection<long> Roles, IReadOnlyCollection<long> Departments);

/// <param name="Link">To give to the person; null when it went out by mail. Not shown again.</param>
public sealed record SentInvitation(Invitation Invitation, string? Link);
