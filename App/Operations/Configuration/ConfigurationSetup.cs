using Microsoft.Extensions.Configuration.Memory;

namespace Inbox.Operations.Configuration;

public static class ConfigurationSetup
{
    private const string UsualAddress = "http://localhost:5080";

    /// <summary>Keys that say where to listen; any of them replaces the usual address.</summary>
    private static readonly string[] Addresses = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    /// <summary>
    /// Static files are served in Development as in production. Watching them would add an endpoint for any file name that
    /// no rule of access covers.
    /// </summary>
    private static readonly Dictionary<string, string?> Defaults = new() { ["ReloadStaticAssetsAtRuntime"] = "false" };

    public static void AddSettings(this WebApplicationBuilder builder)
    {
        builder.Configuration.AddOlderNames(Environment.GetEnvironmentVariable);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        if (!Array.Exists(Addresses, key => builder.Configuration.GetSection(key).Exists()))
        {
            builder.WebHost.UseUrls(UsualAddress);
        }

        var services = builder.Services;
        services.AddSingleton(provider => new SettingsCatalogue(services, provider));
        services.AddSingleton<SettingsCheck>();
    }
}
