using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Identity;

namespace Inbox.Access.People;

/// <param name="Roles">Ids of roles, at least one.</param>
/// <param name="Departments">Ids of departments, each with whether the person leads it.</param>
/// <param name="UserName">To sign in by; null: the e-mail only.</param>
public sealed record NewMember(
    string Email, string Name, string Password, IReadOnlyCollection<long> Roles, IReadOnlyDictionary<long, bool> Departments, string? UserName = null);

/// <summary>Makes people's accounts for them. For requests only: it holds a context.</summary>
public sealed class NewMembers(InboxDb db, UserManager<User> users, IPasswordHasher<User> hasher, MemberLists lists, TimeProvider clock)
{
    /// <summary>Makes an account with a first password. For somebody who has one already there is the invitation, which asks.</summary>
    /// <exception cref="RefusedException">email_taken, username_taken, invalid_value, owner_required, department_not_reached.</exception>
    public async Task<MemberRow> CreateAsync(Caller caller, NewMember wanted, CancellationToken cancellation)
    {
        caller.Require(PeoplePermissions.Write);
        if (!EmailAddress.IsValid(wanted.Email))
        {
            throw new RefusedException("invalid_value", "This is no e-mail address.", field: "email");
        }

        if (wanted.UserName is { } name && !UserName.IsValid(name, wanted.Email))
        {
            throw new RefusedException("invalid_value", UserName.Rule, field: "username");
        }

        if (PasswordRules.Check(wanted.Password, wanted.Email) is { } problem)
        {
            throw new RefusedException("invalid_value", PasswordRules.Sentence(problem), field: "password");
        }

        var user = new User { Email = wanted.Email, UserName = wanted.UserName ?? wanted.Email, Name = wanted.Name.Trim(), CreatedAt = clock.GetUtcNow().UtcDateTime };
        user.PasswordHash = hasher.HashPassword(user, wanted.Password);   // before the writer's turn: it takes a while
        await using var write = await db.BeginAsync(cancellation);
        var roles = await db.GivenRolesAsync(caller, wanted.Roles, cancellation);
        var made = await users.CreateAsync(user);
        if (!made.Succeeded)
        {
            throw wanted.UserName is not null && made.Errors.All(error => error.Code == nameof(IdentityErrorDescriber.DuplicateUserName))
                ? Members.UserNameTaken()
                : new RefusedException("email_taken", "There is an account with this e-mail already. Send an invitation instead.", StatusCodes.Status409Conflict, "email");
        }

        await db.AddMemberAsync(caller, user, roles, wanted.Departments, user.CreatedAt, cancellation);
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        return (await lists.FindAsync(caller.TenantId, user.Id, cancellation))!;
    }
}
