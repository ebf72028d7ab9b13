namespace Inbox.Operations.Installation;

internal static class InstallationSetup
{
    public static void AddInstallation(this IServiceCollection services)
    {
        services.AddScoped<SendStops>();
        services.AddSingleton<UsageCounts>();
        services.AddScoped<Usage>();
        services.AddScoped<BusinessExport>();
        services.AddSingleton<BusinessRemoval>();
        services.AddHostedService(provider => provider.GetRequiredService<BusinessRemoval>());
    }
}
