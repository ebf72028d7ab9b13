namespace Inbox.Operations.Configuration;

/// <summary>
/// Environment variables that the older services read, each with the key that it means here. Below all real
/// configuration: a key that is set wins over an older name.
/// </summary>
internal static class OlderNames
{
    /// <summary>Where several mean the same, the later one wins.</summary>
    private static readonly (string Variable, string Key)[] Table =
    [
        ("ICMP_API_KEY", "Inbox:MasterApiKey"),
        ("FACEBOOK_APP_SECRET", "Inbox:Meta:AppSecret"),
        ("FB_APP_SECRET", "Inbox:Meta:AppSecret"),
        ("FB_WEBHOOK_VERIFY_TOKEN", "Inbox:Meta:VerifyToken"),
        ("WHATSAPP_VERIFY_TOKEN", "Inbox:Meta:VerifyToken"),
        ("WHATSAPP_WEBHOOK_VERIFY_TOKEN", "Inbox:Meta:VerifyToken"),
        ("WHATSAPP_API_VERSION", "Inbox:Meta:ApiVersion"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "Inbox:Auth:AccessTokenMinutes"),
        ("SESSION_EXPIRE_MINUTES", "Inbox:Auth:SessionMinutes"),
        ("SECRET_KEY", "Inbox:Auth:SigningKey"),
        (DatabaseUrl.Variable, DatabaseUrl.ProviderKey),
        (DatabaseUrl.Variable, DatabaseUrl.ConnectionStringKey),
    ];

    /// <param name="variable">Reads an environment variable.</param>
    public static void AddOlderNames(this IConfigurationManager configuration, Func<string, string?> variable)
        => configuration.Sources.Insert(0, new Source(variable));

    /// <returns>Which variable a value came from, to be put behind a sentence; empty when from none.</returns>
    public static string Origin(IConfiguration configuration, string key)
        => IsSourceOf(configuration, key)
            ? $" (from the environment variable {Table.Last(row => row.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Variable})"
            : "";

    public static bool IsSourceOf(IConfiguration configuration, string key)
        => Providers(configuration).LastOrDefault(provider => provider.TryGet(key, out _)) is Provider;

    public static IEnumerable<string> Problems(IConfiguration configuration)
        => Providers(configuration).OfType<Provider>().Any(provider => provider.HasUnreadableUrl) && configuration[DatabaseUrl.ConnectionStringKey] is null
            ? ["DATABASE_URL is not understood: it must start with sqlite:///, sqlite+aiosqlite:///, postgresql:// or postgres://. Or set Inbox:Database:Provider and Inbox:Database:ConnectionString."]
            : [];

    private static IEnumerable<IConfigurationProvider> Providers(IConfiguration configuration) => (configuration as IConfigurationRoot)?.Providers ?? [];

    private sealed class Source(Func<string, string?> variable) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(variable);
    }

    private sealed class Provider(Func<string, string?> variable) : ConfigurationProvider
    {
        public bool HasUnreadableUrl { get; private set; }

        public override void Load()
        {
            foreach (var (name, key) in Table)
            {
                if (name != DatabaseUrl.Variable && variable(name) is { Length: > 0 } value)
                {
                    Data[key] = value;
                }
            }

            if (variable(DatabaseUrl.Variable) is { Length: > 0 } url)
            {
                if (DatabaseUrl.Read(url) is { } database)
                {
                    Data[DatabaseUrl.ProviderKey] = database.Provider.ToString();
                    Data[DatabaseUrl.ConnectionStringKey] = database.ConnectionString;
                }
                else
                {
                    HasUnreadableUrl = true;
                }
            }
        }
    }
}
