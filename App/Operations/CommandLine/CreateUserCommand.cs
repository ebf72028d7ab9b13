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

    public string Usage => "EMAIL --tenant SLUG [--name NAME] [--role ROLE] --password-stdin";

    public string Summary => "Adds a person to a business, or an existing person to one more.";

    public IReadOnlyCollection<string> Switches => ["password-stdin"];

    public async Task<int> RunAsync(IServiceProvider services, CommandArguments arguments, CancellationToken cancellation)
    {
        var role = arguments.Find("role") ?? BuiltInRoles.Agent;
        if (arguments.Words is not [var email] || !EmailAddress.IsValid(email))
        {
            throw new CommandException($"Name one e-mail address. Use: {Name} {Usage}");
        }

        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<InboxDb>();
        var slug = arguments.Get("tenant");
        var tenant = await db.Set<Tenant>().SingleOrDefaultAsync(tenant => tenant.Slug == slug, cancellation)
            ?? throw new CommandException($"There is no business with the slug '{slug}'.");
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(tenant.Id);

        await using var write = await db.BeginAsync(cancellation);
        var given = await db.Set<Role>().SingleOrDefaultAsync(known => known.Key == role || (known.Key == null && known.Name == role), cancellation)
            ?? throw new CommandException($"There is no role '{role}'. Beside the business's own the roles are {string.Join(", ", BuiltInRoles.All)}.");
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var now = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var user = await users.FindByEmailAsync(email) ?? await AddAsync(users, email, arguments, now);
        if (await db.Set<Membership>().AnyAsync(membership => membership.UserId == user.Id, cancellation))
        {
            throw new CommandException($"{email} belongs to {slug} already.");
        }

        db.Add(Membership.Of(given, user.Id, now));
        await db.SaveChangesAsync(cancellation);
        db.Audit(Caller.System(tenant.Id), "user.added", AuditObject.Of("user", user.Id, email), after: new { email, role });
        await write.CommitAsync(cancellation);
        Console.Out.WriteLine($"{email} is {role} of {slug}.");
        return 0;
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
