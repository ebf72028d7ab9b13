using Inbox.Data;

namespace Inbox.Audit;

public static class AuditSetup
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<AuditKeys>();
        services.AddSingleton<AuditKeysAtStart>();
        services.AddSingleton<AuditAnchors>();
        services.AddSingleton<AuditAnchorMails>();
        services.AddHostedService<AuditAnchorWorker>();
        services.AddScoped<AuditRows>();
        services.AddScoped<AuditVerification>();
        services.AddScoped<ISaveRule, EventNumbers>();
        services.AddScoped<ISaveRule, AuditChain>();
        return services;
    }
}
