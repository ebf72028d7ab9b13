using Inbox.Access;
using Inbox.Channels.Meta;

namespace Inbox.Channels.Sandbox;

public static class SandboxSetup
{
    public static IServiceCollection AddSandbox(this IServiceCollection services)
    {
        services.AddMeta();
        services.AddOptionsWithValidateOnStart<SandboxOptions, SandboxOptionsValidator>().BindConfiguration("Inbox:Sandbox");
        services.AddSingleton<SandboxSends>();
        services.AddSingleton<SandboxAccounts>();
        services.AddSingleton<SandboxCustomers>();
        services.AddSingleton<SandboxPhones>();
        services.AddSingleton<SandboxUploads>();
        services.AddSingleton<SandboxFaults>();
        services.AddSingleton<MetaSandbox>();
        services.AddSingleton<SandboxTemplates>();
        services.AddSingleton<SandboxChannels>();
        services.AddScoped<SandboxDesk>();
        services.AddScoped<ISampleData, SampleSandbox>();
        services.AddHttpClient(MetaSandbox.Client, http => http.Timeout = TimeSpan.FromSeconds(30))
            .UseSocketsHttpHandler((handler, _) =>
            {
                handler.AllowAutoRedirect = false;
                handler.UseProxy = false;
                handler.UseCookies = false;
            });
        return services;
    }
}
