using System.Text.Json;

namespace Inbox.Channels.Website;

/// <summary>How the widget looks and where it may be used.</summary>
/// <param name="AllowedOrigins">Pages that may show it, as scheme://host[:port]; <c>*</c> allows all.</param>
/// <param name="Greeting">The first line that a visitor reads.</param>
/// <param name="Color">CSS hex colour, <c>#rrggbb</c>.</param>
/// <param name="Side">right or left.</param>
public sealed record WebsiteSettings(IReadOnlyList<string> AllowedOrigins, string? Greeting = null, string Color = "#4f46e5", string Side = "right")
{
    public static WebsiteSettings Of(Channel channel)
        => JsonSerializer.Deserialize(channel.Settings, WebsiteJson.Default.WebsiteSettings) is { AllowedOrigins: not null } settings ? settings : new WebsiteSettings([]);

    public string ToJson() => JsonSerializer.Serialize(this, WebsiteJson.Default.WebsiteSettings);

    public bool Allows(string origin)
        => AllowedOrigins.Any(allowed => allowed == "*" || string.Equals(allowed.TrimEnd('/'), origin, StringComparison.OrdinalIgnoreCase));
}
