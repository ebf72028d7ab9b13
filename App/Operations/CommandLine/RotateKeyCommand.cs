using System.Globalization;
using Inbox.Access;
using Inbox.Access.Keys;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Operations.CommandLine;

/// <summary>On SQLite while no server runs; on other databases the servers are restarted afterwards.</summary>
internal sealed class RotateKeyCommand : ICommand
{
    public string Name => "rotate-key";

    public string Usage => "";

    public string Summary => "Makes a new key-encryption key and encrypts with it the keys of the businesses and the installation's own secrets. With a key from the configuration it only encrypts again what an earlier key encrypted.";

    public async Task<int> RunAsync(IServiceProvider services, CommandArguments arguments, CancellationToken cancellation)
    {
        services.GetRequiredService<DataDirectory>().Create();
        services.GetRequiredService<InstallationLock>().Take();
        await services.GetRequiredService<KeysAtStart>().CheckAsync(cancellation);   // never a new key on top of a wrong one
        var keys = services.GetRequiredService<KeyRing>();
        await services.GetRequiredService<DataKeys>().MakeMissingAsync(tenant: null, cancellation);
        var made = keys.Rotate();
        var counts = await ResealAsync(services, keys, cancellation);
        foreach (var (name, resealed) in counts)
        {
            Console.Out.WriteLine(FormattableString.Invariant($"{name}: {resealed.Values} encrypted again."));
            if (resealed.Damaged > 0)
            {
                Console.Error.WriteLine(FormattableString.Invariant($"{name}: {resealed.Damaged} cannot be decrypted and stay as they are. Enter those secrets again, or restore a backup."));
            }
        }

        Console.Out.WriteLine(made
            ? "The keys of the businesses and the installation's own secrets are encrypted with a new key. The earlier one stays beside it, for backups from before. Make a backup now. Programs sign in or refresh their tokens again."
            : "The keys of the businesses and the installation's own secrets are encrypted with Inbox:Keys:KeyEncryptionKey. Earlier keys in Inbox:Keys:PreviousKeys are needed for nothing any more but backups from before.");
        return 0;
    }

    /// <summary>All or nothing: the earlier key stays, so a run that was cut off is simply started again.</summary>
    private static async Task<IReadOnlyList<(string Name, Resealed Resealed)>> ResealAsync(IServiceProvider services, KeyRing keys, CancellationToken cancellation)
    {
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        var box = services.GetRequiredService<SecretBox>();
        await using var write = await db.BeginAsync(cancellation);
        var counts = new List<(string Name, Resealed Resealed)>();
        var secrets = services.GetRequiredService<BusinessSecrets>();
        foreach (var column in services.GetServices<BusinessColumn>())
        {
            // What is older than the keys of the businesses would need the earlier key for ever.
            counts.Add((column.Name, await column.ResealAsync(db, secrets, null, SecretBox.IsBox, cancellation)));
        }

        foreach (var column in services.GetServices<SealedColumn>())
        {
            counts.Add((column.Name, await column.ResealAsync(db, box, cancellation)));
        }

        db.Audit(Caller.System(0), "keys.rotated", new AuditObject("key", keys.Current.Id.ToString(CultureInfo.InvariantCulture)), after: new { Encrypted = counts.Sum(count => count.Resealed.Values) });
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
        return counts;
    }
}
