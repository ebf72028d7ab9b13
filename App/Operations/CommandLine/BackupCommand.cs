using System.Globalization;
using Inbox.Media;
using Inbox.Operations.Backups;
using Microsoft.Extensions.Options;

namespace Inbox.Operations.CommandLine;

/// <summary>Runs beside a server.</summary>
internal sealed class BackupCommand : ICommand
{
    public string Name => "backup";

    public string Usage => "FILE [--passphrase-stdin]";

    public string Summary => "Writes database, media and keys into one archive, while the server runs.";

    public IReadOnlyCollection<string> Switches => ["passphrase-stdin"];

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
            Print(Path.GetFullPath(file), await services.GetRequiredService<Backup>().WriteAsync(file, passphrase, cancellation));
            if (services.GetRequiredService<IOptions<MediaOptions>>().Value.S3 is { IsUsed: true } elsewhere)
            {
                Console.Out.WriteLine($"The files of messages are not in it: they are in the bucket {elsewhere.Bucket}. Keep copies of that bucket by its own means.");
            }

            return 0;
        }
        catch (BackupException refused)
        {
            throw new CommandException(refused.Message);
        }
    }

    private static void Print(string file, BackupManifest manifest)
    {
        var invariant = CultureInfo.InvariantCulture;
        var media = manifest.Parts.Where(part => part.Name.StartsWith(Backup.MediaPrefix, StringComparison.Ordinal)).ToList();
        Console.Out.WriteLine(string.Create(invariant, $"Wrote {file}"));
        Console.Out.WriteLine(string.Create(invariant, $"  database  {manifest.Parts.First(part => part.Name == Backup.DatabaseName).Size:N0} bytes, checked: {string.Join(", ", manifest.Rows.Select(row => string.Create(invariant, $"{row.Value:N0} {row.Key}")))}"));
        Console.Out.WriteLine(string.Create(invariant, $"  media     {media.Count:N0} files, {media.Sum(part => part.Size):N0} bytes"));
        Console.Out.WriteLine("  keys      encrypted with the passphrase: without it the archive cannot be restored");
        Console.Out.WriteLine("Messages and media in it are not encrypted. Keep the file where only you can read it, and the passphrase somewhere else.");
    }
}
