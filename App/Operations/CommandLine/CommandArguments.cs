namespace Inbox.Operations.CommandLine;

/// <summary>The words after a command's name.</summary>
public sealed class CommandArguments
{
    private readonly Dictionary<string, string?> _options = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];

    private CommandArguments()
    {
    }

    public IReadOnlyList<string> Words => _words;

    /// <summary>Settings such as <c>--Inbox:DataDirectory=/srv/inbox</c>, which every command accepts.</summary>
    public IReadOnlyList<string> Settings { get; private set; } = [];

    public bool Has(string option) => _options.ContainsKey(option);

    /// <returns>Null when it is not given.</returns>
    public string? Find(string option) => _options.GetValueOrDefault(option);

    /// <exception cref="CommandException">It is not given.</exception>
    public string Get(string option) => Find(option) ?? throw new CommandException($"--{option} is missing.");

    /// <exception cref="CommandException">An option stands without its value.</exception>
    public static CommandArguments Parse(IReadOnlyList<string> args, ICommand command)
    {
        var parsed = new CommandArguments();
        var settings = new List<string>();
        for (var at = 0; at < args.Count; at++)
        {
            if (!args[at].StartsWith("--", StringComparison.Ordinal))
            {
                parsed._words.Add(args[at]);
                continue;
            }

            var (name, value) = args[at][2..].Split('=', 2) is [var left, var right] ? (left, right) : (args[at][2..], null);
            if (name.Contains(':', StringComparison.Ordinal))
            {
                settings.Add($"--{name}={value ?? Next(args, ref at, name)}");
            }
            else
            {
                parsed._options[name] = command.Switches.Contains(name) ? "" : value ?? Next(args, ref at, name);
            }
        }

        parsed.Settings = settings;
        return parsed;
    }

    private static string Next(IReadOnlyList<string> args, ref int at, string name)
        => ++at < args.Count ? args[at] : throw new CommandException($"--{name} needs a value.");
}
