using Inbox.Data;
using Inbox.Operations.Configuration;

namespace Inbox.Operations.CommandLine;

/// <summary>The table of commands. A new one is a class beside and a line here.</summary>
public static class Commands
{
    private const int CalledWrongly = 2;

    private static readonly ICommand[] All = [new MigrateCommand(), new CreateUserCommand(), new ResetSecondFactorCommand(), new BackupCommand(), new RestoreCommand(), new SeedCommand(), new VerifyAuditCommand(), new RotateAuditKeyCommand(), new RotateKeyCommand(), new RotateDataKeysCommand()];

    /// <summary>Reads the program's arguments before anything is built.</summary>
    public static Call Parse(string[] args)
    {
        switch (args)
        {
            case ["--help" or "-h" or "help", ..]:
                Console.Out.WriteLine(Help());
                return new Call(ExitCode: 0);
            case [['-' or '/', ..], ..] or []:
                return new Call(Settings: args);
            case [var name, ..] when All.FirstOrDefault(command => command.Name == name) is { } command:
                return Of(command, args[1..]);
            default:
                Console.Error.WriteLine($"There is no command '{args[0]}'. '--help' lists them.");
                return new Call(ExitCode: CalledWrongly);
        }
    }

    public static async Task<int> RunAsync(this WebApplication app, Call call)
    {
        try
        {
            return await call.Command!.RunAsync(app.Services, call.Arguments!, app.Lifetime.ApplicationStopping);
        }
        catch (CommandException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return 1;
        }
        catch (StartRefusedException refused)
        {
            Start.Print(refused);
            return 1;
        }
    }

    private static Call Of(ICommand command, string[] args)
    {
        if (args is ["--help" or "-h", ..])
        {
            Console.Out.WriteLine($"{command.Name} {command.Usage}{Environment.NewLine}{command.Summary}");
            return new Call(ExitCode: 0);
        }

        try
        {
            var arguments = CommandArguments.Parse(args, command);
            return new Call(arguments.Settings, command, arguments);
        }
        catch (CommandException wrong)
        {
            Console.Error.WriteLine($"{wrong.Message} Use: {command.Name} {command.Usage}");
            return new Call(ExitCode: CalledWrongly);
        }
    }

    private static string Help()
    {
        var width = All.Max(command => command.Name.Length + command.Usage.Length) + 3;
        return string.Join(Environment.NewLine,
        [
            "Inbox: run it without a command to serve.",
            "",
            .. All.OrderBy(command => command.Name, StringComparer.Ordinal).Select(command => $"  {$"{command.Name} {command.Usage}".PadRight(width)} {command.Summary}"),
            "",
            "Any setting can follow as --Inbox:Key=value; appsettings.example.json lists them.",
        ]);
    }
}

/// <summary>What the program was called for.</summary>
/// <param name="Settings">Arguments that are configuration.</param>
/// <param name="Command">Null: serve.</param>
/// <param name="ExitCode">Not null: all is said already.</param>
public sealed record Call(IReadOnlyList<string>? Settings = null, ICommand? Command = null, CommandArguments? Arguments = null, int? ExitCode = null);
