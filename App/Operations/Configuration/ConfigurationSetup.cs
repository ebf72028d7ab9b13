namespace Inbox.Operations.Configuration;

public static class ConfigurationSetup
{
    private const string UsualAddress = "http://localhost:5080";

    /// <summary>Keys that say where to listen; any of them replaces the usual address.</summary>
    private static readonly string[] Addresses = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    public static void AddSettings(this WebApplicationBuilder builder)
    {
        builder.Configuration.AddOlderNames(Environment.GetEnvironmentVariable);
        if (!Array.Exists(Addresses, key => builder.Configuration.GetSection(key).Exists()))
        {
            builder.WebHost.UseUrls(UsualAddress);
        }

        var services = builder.Services;
        services.AddSingleton(provider => new SettingsCatalogue(services, provider));
        services.AddSingleton<SettingsCheck>();
    }
}
