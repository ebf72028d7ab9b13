using Inbox.Data;

namespace Inbox.Audit;

public static class AuditSetup
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services.AddScoped<ISaveRule, EventNumbers>();
}
