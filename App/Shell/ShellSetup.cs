using Inbox.Shell.Ui;

namespace Inbox.Shell;

public static class ShellSetup
{
    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        services.AddUi();
        services.AddSingleton<MenuCatalogue>();
        services.AddCascadingAuthenticationState();
        services.AddRazorComponents().AddInteractiveServerComponents(options =>
        {
            // A closed lid or a tunnel: the agent comes back to the same screen without a reload.
            options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
        });
        return services;
    }

    /// <summary>Static files and all pages.</summary>
    public static void MapShell(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
