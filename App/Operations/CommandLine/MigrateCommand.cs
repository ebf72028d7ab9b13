using Inbox.Data;

namespace Inbox.Operations.CommandLine;

internal sealed class MigrateCommand : ICommand
{
    public string Name => "migrate";

    public string Usage => "";

    public string Summary => "Brings the database to the shape of this version, as a start does.";

    public async Task<int> RunAsync(IServiceProvider services, CommandArguments arguments, CancellationToken cancellation)
    {
        services.GetRequiredService<DataDirectory>().Create();
        services.GetRequiredService<InstallationLock>().Take();
        var applied = await services.GetRequiredService<Migrator>().RunAsync(cancellation);
        Console.Out.WriteLine(applied is [] ? "The database is up to date." : $"Applied {string.Join(", ", applied)}.");
        return 0;
    }
}
