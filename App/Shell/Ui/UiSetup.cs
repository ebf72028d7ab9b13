using Radzen;

namespace Inbox.Shell.Ui;

public static class UiSetup
{
    public static IServiceCollection AddUi(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddRadzenComponents();
        services.AddScoped<Toasts>();
        services.AddScoped<Dialogs>();
        return services;
    }
}
