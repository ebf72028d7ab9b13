using Inbox.Access.Pictures;

namespace Inbox.Access.Company;

internal static class CompanySetup
{
    public static void AddCompany(this IServiceCollection services)
    {
        services.AddSingleton<PictureFiles>();
        services.AddScoped<OpeningHours>();
        services.AddScoped<CompanyProfiles>();
    }
}
