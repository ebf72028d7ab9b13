using Inbox.Access.Http;
using Inbox.Access.Rights;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Sessions;

/// <param name="Business">Slug or number of the business to join; null makes a new one.</param>
public sealed record NewAccount(string Email, string Password, string? Username, string? Business);

/// <summary>Accounts that people make themselves over the API, where the installation or a business lets them.</summary>
public sealed class Registrations(
    InboxDb db, UserManager<User> users, IPasswordHasher<User> hasher, Businesses businesses, CurrentTenant current, SignInAttempts attempts,
    IOptions<AccessOptions> options, IHostEnvironment environment, TimeProvider clock)
{
    /// <summary>Of one address in a quarter of an hour.</summary>
    public const int PerAddress = 20;

    /// <exception cref="RefusedException">Not open, a value breaks a rule, or somebody has the address or name.</exception>
    public async Task<SignedIn> RegisterAsync(HttpContext http, NewAccount wanted, CancellationToken cancellation)
    {
        // Whether it is open is said before anybody is looked up, so that a closed door tells nothing about who is inside.
        var joined = await RequireOpenAsync(wanted.Business, cancellation);
        if (PasswordRules.Check(wanted.Password, wanted.Email) is { } problem)
        {
            throw new RefusedException("invalid_value", PasswordRules.Sentence(problem), field: "password");
        }

        if (await attempts.TakeAsync($"register|{Network.Of(http.Connection.RemoteIpAddress)}", PerAddress, cancellation) is { } wait)
        {
            throw new RefusedException("too_many_attempts", "Too many accounts from this address. Try again later.", StatusCodes.Status429TooManyRequests) { RetryAfter = wait };
        }

        var user = new User
        {
            Email = wanted.Email,
            UserName = wanted.Username ?? wanted.Email,
            Name = wanted.Username ?? wanted.Email.Split('@')[0],
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        user.PasswordHash = hasher.HashPassword(user, wanted.Password);   // before the writer's turn: it takes a while
        return await CreateAsync(user, joined, cancellation);
    }

    private async Task<SignedIn> CreateAsync(User user, long? joined, CancellationToken cancellation)
    {
        await using var write = await db.BeginAsync(cancellation);
        var made = await users.CreateAsync(user);
        if (!made.Succeeded)
        {
            // One sentence for a taken address and a taken name.
            throw new RefusedException("account_not_made", "There is an account with this e-mail or user name already, or one of them is not accepted.", StatusCodes.Status409Conflict);
        }

        var tenant = joined ?? (await businesses.AddAsync(db, new NewBusiness(user.Name, Email: user.Email), cancellation)).Id;
        current.Use(tenant);
        var role = await db.BuiltInRoleAsync(joined is null ? BuiltInRoles.Owner : BuiltInRoles.Agent, cancellation);
        db.Add(Membership.Of(role, user.Id, user.CreatedAt));
        await db.SaveChangesAsync(cancellation);
        if (joined is null)
        {
            db.Audit(Caller.Nobody, "business.created", AuditObject.Of("business", tenant, user.Name), after: new { user.Name, user.Email }, tenantId: tenant);
        }

        db.Audit(Caller.Nobody, "user.registered", AuditObject.Of("user", user.Id, user.Email), after: new { user.Email, user.UserName }, tenantId: tenant);
        await write.CommitAsync(cancellation);
        return new SignedIn(user.Id, user.Name, user.SecurityStamp!, tenant);
    }

    private async Task<long?> RequireOpenAsync(string? business, CancellationToken cancellation)
    {
        if (business is null)
        {
            return options.Value.OpenSignUp ?? environment.IsDevelopment()
                ? null
                : throw new RefusedException("sign_up_closed", "New businesses are not made here by themselves. Ask whoever runs this installation.", StatusCodes.Status403Forbidden);
        }

        var id = await db.TenantIdAsync(business, cancellation);
        var open = await db.Set<Tenant>().Where(tenant => tenant.Id == id && tenant.OpenRegistration).Select(tenant => new { tenant.RequiresSecondFactor }).SingleOrDefaultAsync(cancellation)
            ?? throw new RefusedException("registration_closed", "This business takes people by invitation only.", StatusCodes.Status403Forbidden);
        return open.RequiresSecondFactor
            ? throw new RefusedException("second_factor_required", "This business lets nobody in without a second factor, which is set up in a browser. Ask for an invitation.", StatusCodes.Status403Forbidden)
            : id;
    }
}
