using Inbox.Access;

namespace Inbox.Channels.Website;

public static class WebsiteSetup
{
    public static IServiceCollection AddWebsite(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<WidgetLimitOptions, WidgetLimitOptionsValidator>().BindConfiguration("Inbox:Limits:Widget");
        services.AddSingleton<IChannel, WebsiteChannel>();
        services.AddSingleton<WidgetLimits>();
        services.AddSingleton<VisitorMessages>();
        services.AddSingleton<WidgetIdentity>();
        services.AddScoped<WidgetSecrets>();
        services.AddScoped<WebsiteScreens>();
        services.AddScoped<Visitors>();
        services.AddScoped<VisitorFiles>();
        services.AddScoped<VisitorForms>();
        services.AddScoped<ISampleData, SampleWidget>();
        return services;
    }
}
