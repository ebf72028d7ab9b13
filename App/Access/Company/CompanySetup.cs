using Inbox.Access.Pictures;
using Inbox.Access.Support;

namespace Inbox.Access.Company;

internal static class CompanySetup
{
    public static void AddCompany(this IServiceCollection services)
    {
        services.AddSingleton<PictureFiles>();
        services.AddScoped<OpeningHours>();
        services.AddScoped<CompanyProfiles>();
        services.AddScoped<EntryRules>();
        services.AddScoped<SupportGrants>();
        services.AddScoped<SupportTrail>();
    }
}
