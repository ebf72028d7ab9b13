using Inbox.Access.People;
using Inbox.Access.Rights;
using Inbox.Shell.Ui;
using Microsoft.AspNetCore.Authorization;

namespace Inbox.Shell;

public static class ShellSetup
{
    private const int LargestMessage = 32 * 1024;
    private const int MostKeptCircuits = 100;

    private static readonly TimeSpan ClosedTabIsKept = TimeSpan.FromMinutes(3);

    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        services.AddUi();
        services.AddSingleton<MenuCatalogue>();
        services.AddSingleton<IVisiblePages>(provider => provider.GetRequiredService<MenuCatalogue>());
        services.AddCascadingAuthenticationState();
        services.AddRazorComponents()
            .AddInteractiveServerComponents(circuits =>
            {
                circuits.DetailedErrors = false;
                circuits.DisconnectedCircuitRetentionPeriod = ClosedTabIsKept;
                circuits.DisconnectedCircuitMaxRetained = MostKeptCircuits;
            })
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = LargestMessage);
        return services;
    }

    public static void MapShell(this IEndpointRouteBuilder app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>()
            // Our own policy forbids framing altogether.
            .AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null)
            .Add(CloseCircuits);
    }

    /// <summary>Pages name their rights themselves; the circuit's own endpoints would name none.</summary>
    private static void CloseCircuits(EndpointBuilder endpoint)
    {
        if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } path } && path.TrimStart('/') is var relative)
        {
            if (relative.StartsWith("_blazor", StringComparison.Ordinal))
            {
                endpoint.Metadata.Add(new AuthorizeAttribute(Policies.SignedIn));
            }
            else if (relative.StartsWith("_framework", StringComparison.Ordinal))
            {
                endpoint.Metadata.Add(new AllowAnonymousAttribute());
            }
        }
    }
}
