namespace Inbox.Operations.CommandLine;

/// <summary>Something that the program does instead of serving: <c>dotnet run --project App -- NAME …</c>.</summary>
public interface ICommand
{
    string Name { get; }

    /// <summary>What follows the name, for the help; for example <c>FILE [--passphrase-stdin]</c>.</summary>
    string Usage { get; }

    /// <summary>One line for the help.</summary>
    string Summary { get; }

    /// <summary>Names of switches that stand alone; every other <c>--name</c> takes the word after it.</summary>
    IReadOnlyCollection<string> Switches => [];

    /// <param name="services">The built app's, with nothing started.</param>
    /// <returns>The exit code: 0 done, 1 refused, 2 called wrongly.</returns>
    /// <exception cref="CommandException">Printed as a sentence; exit code 1.</exception>
    Task<int> RunAsync(IServiceProvider services, CommandArguments arguments, CancellationToken cancellation);
}

/// <summary>The command cannot be done; the message says why to a person.</summary>
public sealed class CommandException(string message) : Exception(message);
