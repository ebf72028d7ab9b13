namespace Inbox.Access.Sessions;

/// <summary>"Firefox on Linux" instead of a line of version numbers; what is not known stays as it is.</summary>
public static class DeviceName
{
    // The order matters: every browser claims to be several others.
    private static readonly (string Mark, string Name)[] Browsers = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    private static readonly (string Mark, string Name)[] Systems = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux")];

    public static string Of(string? userAgent)
    {
        if (string.IsNullOrEmpty(userAgent))
        {
            return "–";
        }

        var browser = Array.Find(Browsers, known => userAgent.Contains(known.Mark, StringComparison.Ordinal)).Name;
        var system = Array.Find(Systems, known => userAgent.Contains(known.Mark, StringComparison.Ordinal)).Name;
        return browser is null ? userAgent : system is null ? browser : $"{browser} · {system}";
    }
}
