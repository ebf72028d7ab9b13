using Inbox.Access;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Operations.CommandLine;

/// <summary>Runs beside a server too: it writes only rows whose ids come from the database.</summary>
internal sealed class CreateUserCommand : ICommand
{
    public string Name => "create-user";

    public string Usage => "EMAIL [--tenant SLUG] [--name NAME] [--role ROLE] [--super-admin] --password-stdin";

    public string Summary => "Adds a person to a business, or an existing person to one more; --super-admin lets them run the installation.";

    public IReadOnlyCollection<string> Switches => ["password-stdin", "super-admin"];

    public async Task<int> RunAsync(IServiceProvider services, CommandArguments arguments, CancellationToken cancellation)
    {
        if (arguments.Words is not [var email] || !EmailAddress.IsValid(email))
        {
            throw new CommandException($"Name one e-mail address. Use: {Name} {Usage}");
        }

        // Who runs the installation need not belong to a business of it.
        var isSuper = arguments.Has("super-admin");
        var slug = isSuper ? arguments.Find("tenant") : arguments.Get("tenant");
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<InboxDb>();
        var tenant = slug is null ? null : await db.Set<Tenant>().SingleOrDefaultAsync(tenant => tenant.Slug == slug, cancellation)
            ?? throw new CommandException($"There is no business with the slug '{slug}'.");
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(tenant?.Id ?? 0);

        await using var write = await db.BeginAsync(cancellation);
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var now = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var user = await users.FindByEmailAsync(email) ?? await AddAsync(users, email, arguments, now);
        var said = new List<string>();
        if (tenant is not null)
        {
            said.Add(await JoinAsync(db, user, tenant, arguments, now, cancellation));
        }

        if (isSuper)
        {
            said.Add(await RaiseAsync(db, user, tenant, cancellation));
        }

        await write.CommitAsync(cancellation);
        said.ForEach(Console.Out.WriteLine);
        return 0;
    }

    private static async Task<string> JoinAsync(InboxDb db, User user, Tenant tenant, CommandArguments arguments, DateTime now, CancellationToken cancellation)
    {
        var role = arguments.Find("role") ?? BuiltInRoles.Agent;
        var given = await db.Set<Role>().SingleOrDefaultAsync(known => known.Key == role || (known.Key == null && known.Name == role), cancellation)
            ?? throw new CommandException($"There is no role '{role}'. Beside the business's own the roles are {string.Join(", ", BuiltInRoles.All)}.");
        if (await db.Set<Membership>().AnyAsync(membership => membership.UserId == user.Id, cancellation))
        {
            throw new CommandException($"{user.Email} belongs to {tenant.Slug} already.");
        }

        db.Add(Membership.Of(given, user.Id, now));
        await db.SaveChangesAsync(cancellation);
        db.Audit(Caller.System(tenant.Id), "user.added", AuditObject.Of("user", user.Id, user.Email), after: new { user.Email, role });
        return $"{user.Email} is {role} of {tenant.Slug}.";
    }

    /// <summary>The installation's own trail tells of it.</summary>
    private static async Task<string> RaiseAsync(InboxDb db, User user, Tenant? tenant, CancellationToken cancellation)
    {
        if (user.IsSuperAdmin)
        {
            return $"{user.Email} runs the installation already.";
        }

        user.IsSuperAdmin = true;
        await db.SaveChangesAsync(cancellation);
        db.Audit(
            Caller.System(tenant?.Id ?? 0), "user.runs_installation", AuditObject.Of("user", user.Id, user.Email), new { IsSuperAdmin = false }, new { IsSuperAdmin = true }, tenantId: 0);
        return $"{user.Email} runs the installation.";
    }

    private static async Task<User> AddAsync(UserManager<User> users, string email, CommandArguments arguments, DateTime now)
    {
        if (!arguments.Has("password-stdin"))
        {
            throw new CommandException("Give the password on standard input, with --password-stdin: on the command line others could read it.");
        }

        var password = await Console.In.ReadLineAsync() ?? "";
        if (PasswordRules.Check(password, email) is { } wrong)
        {
            throw new CommandException(PasswordRules.Sentence(wrong));
        }

        var user = new User { Email = email, UserName = email, Name = arguments.Find("name") ?? "", EmailConfirmed = true, CreatedAt = now };
        var made = await users.CreateAsync(user, password);
        return made.Succeeded ? user : throw new CommandException(string.Join(' ', made.Errors.Select(error => error.Description)));
    }
}
