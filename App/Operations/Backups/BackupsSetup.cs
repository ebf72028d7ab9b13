namespace Inbox.Operations.Backups;

public static class BackupsSetup
{
    public static IServiceCollection AddBackups(this IServiceCollection services)
    {
        services.AddSingleton<DataFiles>();
        services.AddSingleton<Backup>();
        services.AddScoped<Restore>();
        return services;
    }
}
