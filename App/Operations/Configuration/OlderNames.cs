namespace Inbox.Operations.Configuration;

/// <summary>
/// Environment variables that the older services read, each with the key that it means here. Below all real
/// configuration: a key that is set wins over an older name.
/// </summary>
internal static class OlderNames
{
    /// <summary>Where several mean the same, the later one wins.</summary>
    internal static readonly (string Variable, string Key)[] Table =
    [
        ("ICMP_API_KEY", "Inbox:MasterApiKey"),
        ("AI_PROVIDER", "Inbox:Assistant:Provider"),
        ("AI_MODEL", "Inbox:Assistant:Model"),
        ("GEMINI_API_KEY", "Inbox:Assistant:ApiKey"),
        ("OPENAI_API_KEY", "Inbox:Assistant:ApiKey"),
        ("FACEBOOK_APP_SECRET", "Inbox:Meta:AppSecret"),
        ("FB_APP_SECRET", "Inbox:Meta:AppSecret"),
        ("FB_PAGE_ACCESS_TOKEN", "Inbox:Meta:PageAccessToken"),
        ("FB_WEBHOOK_VERIFY_TOKEN", "Inbox:Meta:VerifyToken"),
        ("WHATSAPP_VERIFY_TOKEN", "Inbox:Meta:VerifyToken"),
        ("WHATSAPP_WEBHOOK_VERIFY_TOKEN", "Inbox:Meta:VerifyToken"),
        ("WHATSAPP_API_VERSION", "Inbox:Meta:ApiVersion"),
        ("WHATSAPP_ACCESS_TOKEN", "Inbox:Meta:WhatsApp:AccessToken"),
        ("WHATSAPP_PHONE_NUMBER_ID", "Inbox:Meta:WhatsApp:PhoneNumberId"),
        ("WHATSAPP_BUSINESS_ID", "Inbox:Meta:WhatsApp:BusinessAccountId"),
        ("WHATSAPP_BUSINESS_ACCOUNT_ID", "Inbox:Meta:WhatsApp:BusinessAccountId"),
        ("INSTAGRAM_ACCESS_TOKEN", "Inbox:Meta:Instagram:AccessToken"),
        ("INSTAGRAM_WEBHOOK_VERIFY_TOKEN", "Inbox:Meta:Instagram:VerifyToken"),
        ("SMTP_SERVER", "Inbox:Email:Server"),
        ("SMTP_PORT", "Inbox:Email:Port"),
        ("SMTP_SENDER_EMAIL", "Inbox:Email:From"),
        ("SMTP_SENDER_EMAIL", "Inbox:Email:Username"),
        ("SMTP_USERNAME", "Inbox:Email:Username"),
        ("SMTP_SENDER_PASSWORD", "Inbox:Email:Password"),
        ("SMTP_PASSWORD", "Inbox:Email:Password"),
        ("NOTIFICATION_EMAILS", "Inbox:Email:Notify"),
        ("GMAIL_CLIENT_ID", "Inbox:Google:ClientId"),
        ("GMAIL_CLIENT_SECRET", "Inbox:Google:ClientSecret"),
        ("GMAIL_REDIRECT_URI", "Inbox:Google:RedirectUri"),
        ("SLACK_CLIENT_ID", "Inbox:Slack:ClientId"),
        ("SLACK_CLIENT_SECRET", "Inbox:Slack:ClientSecret"),
        ("SLACK_SIGNING_SECRET", "Inbox:Slack:SigningSecret"),
        ("SLACK_REDIRECT_URI", "Inbox:Slack:RedirectUri"),
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

    /// <summary>Variables that are set and stand for a key that this version does not read yet: worth a line in the log, no reason to refuse the start.</summary>
    public static IEnumerable<string> Unread(IConfiguration configuration, SettingsCatalogue catalogue)
        => (from row in Table
            where IsSourceOf(configuration, row.Key) && !catalogue.Settings.Any(setting => row.Key.StartsWith(setting.Key, StringComparison.OrdinalIgnoreCase))
            select row.Variable).Distinct();

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
                if (name != DatabaseUrl.Variable && !IsOfOtherProvider(name) && variable(name) is { Length: > 0 } value)
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

        /// <summary>Both keys may be there; the provider says which one is meant.</summary>
        private bool IsOfOtherProvider(string name)
            => name == "OPENAI_API_KEY" && string.Equals(variable("AI_PROVIDER"), "gemini", StringComparison.OrdinalIgnoreCase)
                || name == "GEMINI_API_KEY" && string.Equals(variable("AI_PROVIDER"), "openai", StringComparison.OrdinalIgnoreCase);
    }
}
