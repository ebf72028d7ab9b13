using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Data;

public static class DataSetup
{
    public static IServiceCollection AddData(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<DatabaseOptions, DatabaseOptionsValidator>().BindConfiguration("Inbox:Database");
        services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseAddressValidator>();
        services.AddOptions<DataDirectoryOptions>().BindConfiguration("Inbox").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<DataDirectory>();
        services.AddSingleton<InboxDbSource>();
        services.AddSingleton<Node>();
        services.AddSingleton<Heartbeats>();
        services.AddSingleton<InstallationLock>();
        services.AddSingleton<Migrator>();
        services.AddScoped<IDbContextFactory<InboxDb>, InboxDbFactory>();
        // Identity's stores ask for a context of the scope; everything else takes one per operation.
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContext());
        return services;
    }
}
