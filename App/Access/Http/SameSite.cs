namespace Inbox.Access.Http;

/// <summary>Whether a page of another site may have sent a request that carries no token of ours yet.</summary>
internal static class SameSite
{
    /// <summary>Programs send neither header; a browser sends one of them with every unsafe request.</summary>
    public static bool Is(HttpRequest request)
        => request.Headers["Sec-Fetch-Site"] is [] or ["same-origin"] or ["none"]
            && (request.Headers.Origin.ToString() is var origin && (origin.Length == 0 || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)));
}
