using Inbox.Operations.Backups;

namespace Inbox.Operations.CommandLine;

internal sealed class RestoreCommand : ICommand
{
    public string Name => "restore";

    public string Usage => "FILE [--replace] [--passphrase-stdin]";

    public string Summary => "Puts an archive in place while no server runs; --replace moves what is there aside.";

    public IReadOnlyCollection<string> Switches => ["passphrase-stdin", "replace"];

    public async Task<int> RunAsync(IServiceProvider services, CommandArguments arguments, CancellationToken cancellation)
    {
        if (arguments.Words is not [var file])
        {
            throw new CommandException($"Name one file. Use: {Name} {Usage}");
        }

        try
        {
            services.GetRequiredService<DataFiles>().RequireSqlite(Name);
            var passphrase = Passphrases.Read(arguments.Has("passphrase-stdin"), Console.In);
            await using var scope = services.CreateAsyncScope();
            Print(await scope.ServiceProvider.GetRequiredService<Restore>().RunAsync(file, passphrase, arguments.Has("replace"), cancellation));
            return 0;
        }
        catch (BackupException refused)
        {
            throw new CommandException(refused.Message);
        }
    }

    private static void Print(Restored restored)
    {
        Console.Out.WriteLine(FormattableString.Invariant($"Restored the backup of {restored.Manifest.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC, made by version {restored.Manifest.Version}."));
        if (restored.MovedTo is { } aside)
        {
            Console.Out.WriteLine($"What was there is in {aside}. Delete it when you no longer need it.");
        }

        if (restored.MaybeSent > 0)
        {
            Console.Out.WriteLine($"{restored.MaybeSent} messages were waiting to be sent. They are marked \"maybe sent\": look before you send them again.");
        }
    }
}
