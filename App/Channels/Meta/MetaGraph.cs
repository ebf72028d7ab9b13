namespace Inbox.Channels.Meta;

internal static class MetaGraph
{
    /// <summary>Where the API of an account is: the platform's host, or our stand-in for an account of the sandbox.</summary>
    /// <param name="host">The platform's.</param>
    /// <exception cref="InvalidOperationException">The account is the sandbox's and the server does not listen yet.</exception>
    public static string GraphOf(this OwnAddress own, Channel account, string host)
        => account.IsSandbox ? new Uri(own.Value, "sandbox/graph").ToString() : host.TrimEnd('/');
}
