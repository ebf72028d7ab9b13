using Inbox.Access.Company;
using Inbox.Access.FirstRun;
using Inbox.Access.Http;
using Inbox.Access.Http.Idempotency;
using Inbox.Access.Http.Limits;
using Inbox.Access.Keys;
using Inbox.Access.Outside;
using Inbox.Access.People;
using Inbox.Access.Pictures;
using Inbox.Access.Programs;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Access.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Inbox.Access;

public static class AccessSetup
{
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptionsWithValidateOnStart<AccessOptions, AccessOptionsValidator>().BindConfiguration("Inbox");
        services.AddOptionsWithValidateOnStart<BusinessOptions, BusinessOptionsValidator>().BindConfiguration("Inbox:Businesses");
        services.AddHttp();
        services.AddKeys();
        services.AddSessions();
        services.AddRights();
        services.AddFirstRun();
        services.AddOutside();
        services.AddScoped<Businesses>();
        services.AddScoped<Accounts>();
        services.AddPeople();
        services.AddCompany();
        services.AddScoped<ApiKeys>();
        services.AddSingleton<ApiKeyUse>();
        services.AddLocalization();
        return services;
    }

    /// <summary>From the proxy's headers to the caller and what he may open. What stands before it sees every request, what comes after only allowed ones.</summary>
    public static void UseAccess(this IApplicationBuilder app)
    {
        app.UseKnownProxies(app.ApplicationServices.GetRequiredService<IOptions<AccessOptions>>().Value);
        app.UseMiddleware<SecurityHeaders>();
        app.UseErrorAnswers();
        app.UseRouting();
        app.UseOtherOrigins();
        app.UseMiddleware<OriginCheck>();
        app.UseAuthentication();
        app.UseMiddleware<CallerMiddleware>();
        app.UseLimits();
        app.UseAuthorization();
        app.UseMiddleware<CrossSiteGuard>();
        app.UseMiddleware<SupportRequests>();
        app.UseAntiforgery();
        app.UseMiddleware<UnexpectedBody>();
        app.UseMiddleware<IdempotentRequests>();
    }

    public static void MapAccess(this IEndpointRouteBuilder app)
    {
        app.MapSessions();
        app.MapAuth();
        app.MapFactors();
        app.MapApiKeys();
        app.MapBusinesses();
        app.MapPeople();
        app.MapCompany();
        app.MapDepartmentHours();
        app.MapPictures();
        app.MapSupportDoor();
        PolicyReports.Map(app);
    }

    private static void AddRights(this IServiceCollection services)
    {
        services.AddSingleton<Callers>();
        services.AddSingleton<BusinessGate>();
        services.AddSingleton<AccessChanges>();
        services.AddScoped<CircuitHandler, CallerCircuit>();
        services.AddScoped<IAuthorizationHandler, CallerRequirementHandler>();
        services.AddAuthorization(Policies.AddAll);
    }

    private static void AddFirstRun(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<SetupOptions, SetupOptionsValidator>().BindConfiguration("Inbox:Setup");
        services.AddSingleton<SetupLink>();
        services.AddSingleton<Greeting>();
        services.AddScoped<Installations>();
        services.AddScoped<UnattendedSetup>();
        services.AddScoped<ISampleData, SamplePeople>();
    }
}
