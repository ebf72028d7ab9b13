namespace Inbox.Channels.Meta;

/// <summary>The hosts from which Meta hands out files.</summary>
internal static class MetaHosts
{
    private static readonly string[] Domains = ["fbsbx.com", "fbcdn.net", "facebook.com", "cdninstagram.com", "instagram.com", "whatsapp.net", "whatsapp.com"];

    public static bool Contains(Uri address)
        => address.Scheme == Uri.UriSchemeHttps && Array.Exists(Domains, domain => address.Host == domain || address.Host.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase));
}
