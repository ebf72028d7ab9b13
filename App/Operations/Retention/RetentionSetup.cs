using Microsoft.Extensions.Options;
using Quartz;

namespace Inbox.Operations.Retention;

internal static class RetentionSetup
{
    public static IServiceCollection AddRetention(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<RetentionOptions, RetentionOptionsValidator>().BindConfiguration("Inbox:Retention");
        services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionRules>();
        services.AddSingleton<RetentionProgress>();
        services.AddScoped<Expiry>();
        services.AddHealthChecks().AddCheck<RetentionCheck>("retention");
        return services;
    }

    // The store is in memory on purpose: a tick only wakes work that any node may do, and the lease in the database lets one do it.
    public static void ScheduleRetention(this IQuartzBuilder quartz)
    {
        quartz.ScheduleJob<RetentionJob>((services, nightly) => nightly
            .WithIdentity("retention")
            .WithCronSchedule(services.GetRequiredService<IOptions<RetentionOptions>>().Value.Schedule, schedule => schedule.InTimeZone(TimeZoneInfo.Utc)));
    }
}
