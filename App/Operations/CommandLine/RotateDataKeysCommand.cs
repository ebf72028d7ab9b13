using Inbox.Access.Keys;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Operations.CommandLine;

/// <summary>On SQLite while no server runs; on other databases beside the servers, which need no restart.</summary>
internal sealed class RotateDataKeysCommand : ICommand
{
    public string Name => "rotate-data-keys";

    public string Usage => "[--tenant SLUG] [--again]";

    public string Summary => "Gives each business a new key for its secrets and encrypts them with it. A key younger than a day stays, so that a run that was cut off goes on; --again replaces it too.";

    public IReadOnlyCollection<string> Switches => ["again"];

    public async Task<int> RunAsync(IServiceProvider services, CommandArguments arguments, CancellationToken cancellation)
    {
        services.GetRequiredService<DataDirectory>().Create();
        services.GetRequiredService<InstallationLock>().Take();
        await services.GetRequiredService<KeysAtStart>().CheckAsync(cancellation);
        var rotation = services.GetRequiredService<DataKeyRotation>();
        foreach (var (id, slug) in await BusinessesAsync(services, arguments.Find("tenant"), cancellation))
        {
            var rotated = await rotation.RunAsync(id, arguments.Has("again"), cancellation);
            Console.Out.WriteLine(FormattableString.Invariant($"{slug}: key {rotated.Number}, {rotated.Encrypted} encrypted again."));
        }

        return 0;
    }

    private static async Task<IReadOnlyList<(long Id, string Slug)>> BusinessesAsync(IServiceProvider services, string? slug, CancellationToken cancellation)
    {
        await using var scope = services.CreateAsyncScope();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        var found = await db.Set<Tenant>().Where(tenant => slug == null || tenant.Slug == slug).OrderBy(tenant => tenant.Id)
            .Select(tenant => new { tenant.Id, tenant.Slug }).ToListAsync(cancellation);
        return slug is not null && found.Count == 0
            ? throw new CommandException($"There is no business with the slug '{slug}'.")
            : [.. found.Select(tenant => (tenant.Id, tenant.Slug))];
    }
}
