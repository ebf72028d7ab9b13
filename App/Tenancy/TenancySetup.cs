using Inbox.Data;

namespace Inbox.Tenancy;

public static class TenancySetup
{
    public static IServiceCollection AddTenancy(this IServiceCollection services)
    {
        services.AddScoped<CurrentTenant>();
        services.AddScoped<ITenantScope>(provider => provider.GetRequiredService<CurrentTenant>());
        services.AddScoped<ISaveRule, TenantGuard>();
        services.AddScoped<CurrentCaller>();
        services.AddScoped<CurrentOrigin>();
        // Transient: a circuit lives for hours, and the rights of its person may change meanwhile.
        services.AddTransient(provider => provider.GetRequiredService<CurrentCaller>().Value);
        services.AddScoped<CurrentBusiness>();
        services.AddSingleton<OpenBusinesses>();
        return services;
    }
}
