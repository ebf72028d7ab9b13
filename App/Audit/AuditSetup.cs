using Inbox.Data;

namespace Inbox.Audit;

public static class AuditSetup
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<AuditKeys>();
        services.AddSingleton<AuditKeysAtStart>();
        services.AddScoped<ISaveRule, EventNumbers>();
        services.AddScoped<ISaveRule, AuditChain>();
        return services;
    }
}
