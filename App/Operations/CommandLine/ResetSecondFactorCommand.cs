using Inbox.Access;
using Inbox.Access.Factors;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Identity;

namespace Inbox.Operations.CommandLine;

/// <summary>Runs beside a server too; there the person's sessions end within seconds.</summary>
internal sealed class ResetSecondFactorCommand : ICommand
{
    public string Name => "reset-second-factor";

    public string Usage => "EMAIL";

    public string Summary => "Switches off a person's second factor and ends their sessions.";

    public async Task<int> RunAsync(IServiceProvider services, CommandArguments arguments, CancellationToken cancellation)
    {
        if (arguments.Words is not [var email])
        {
            throw new CommandException($"Name one e-mail address. Use: {Name} {Usage}");
        }

        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        var user = await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByEmailAsync(email)
            ?? throw new CommandException($"There is no account with the e-mail {email}.");
        try
        {
            await scope.ServiceProvider.GetRequiredService<FactorResets>().ResetAsync(user, cancellation);
        }
        catch (RefusedException refused)
        {
            throw new CommandException(refused.Message);
        }

        Console.Out.WriteLine($"The second factor of {email} is off.");
        return 0;
    }
}
