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
        services.AddScoped<Businesses>();
        services.AddScoped(provider => provider.GetRequiredService<CurrentCaller>().Value);
        return services;
    }
}
