using System.Globalization;
using Inbox.Data;
using Inbox.Operations.Seeding;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Operations.CommandLine;

/// <summary>On SQLite it needs the file for itself: ids are counted in the memory of one process.</summary>
internal sealed class SeedCommand : ICommand
{
    private const int Most = 100_000_000;

    public string Name => "seed";

    public string Usage => "--conversations N --messages M [--tenant SLUG]";

    public string Summary => "Fills a business with N made-up conversations that hold M messages in all, for trials and benchmarks.";

    public async Task<int> RunAsync(IServiceProvider services, CommandArguments arguments, CancellationToken cancellation)
    {
        var conversations = Number(arguments, "conversations");
        var messages = Number(arguments, "messages");
        if (messages < conversations)
        {
            throw new CommandException("Each conversation needs a message: --messages must not be less than --conversations.");
        }

        services.GetRequiredService<DataDirectory>().Create();
        services.GetRequiredService<InstallationLock>().Take();
        await services.GetRequiredService<Migrator>().RunAsync(cancellation);
        await using var scope = services.CreateAsyncScope();
        var tenant = await TenantAsync(scope.ServiceProvider, arguments.Find("tenant"), cancellation);
        var start = TimeProvider.System.GetTimestamp();
        await scope.ServiceProvider.GetRequiredService<Seed>().RunAsync(tenant, conversations, messages, cancellation);
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        Console.Out.WriteLine(FormattableString.Invariant($"Added {conversations:N0} conversations with {messages:N0} messages to {tenant.Slug} in {seconds:0.0} s."));
        return 0;
    }

    private static int Number(CommandArguments arguments, string name)
        => int.TryParse(arguments.Get(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= Most
            ? number
            : throw new CommandException($"--{name} must be a number from 1 to {Most}.");

    private static async Task<Tenant> TenantAsync(IServiceProvider services, string? slug, CancellationToken cancellation)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
        var tenants = await db.Set<Tenant>().Where(tenant => slug == null || tenant.Slug == slug).OrderBy(tenant => tenant.Id).Take(2).ToListAsync(cancellation);
        return tenants switch
        {
            [var only] => only,
            [] => throw new CommandException(slug is null ? "There is no business yet: set one up first." : $"There is no business with the slug '{slug}'."),
            _ => throw new CommandException("There are several businesses: name one with --tenant SLUG."),
        };
    }
}
