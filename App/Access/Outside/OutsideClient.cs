using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace Inbox.Access.Outside;

/// <param name="Total">For the whole exchange.</param>
/// <param name="MostBytes">Of the answer's body that are kept; the rest is not read.</param>
public sealed record OutsideLimits(TimeSpan Total, int MostBytes);

/// <summary>What became of a request to somebody else's address.</summary>
public abstract record OutsideAnswer;

public sealed record OutsideAnswered(HttpStatusCode Status, TimeSpan? RetryAfter, MediaTypeHeaderValue? Type, byte[] Body, bool WasCut) : OutsideAnswer;

/// <summary>Forbidden, closed, refused, not found, or with a bad certificate: which one is not told, so that nobody maps a network with us.</summary>
public sealed record OutsideUnreachable : OutsideAnswer;

public sealed record OutsideTimedOut : OutsideAnswer;

/// <summary>
/// The one client for addresses that businesses or customers give: webhooks, flow steps, media by link, an assistant's
/// base address. It connects through the SSRF guard, follows no redirects, uses no proxy, keeps no cookies.
/// </summary>
public sealed class OutsideClient(IHttpClientFactory clients, TimeProvider clock)
{
    internal const string Name = "outside";

    /// <summary>Sends the request and reads the answer within the limits. The request is disposed.</summary>
    public async Task<OutsideAnswer> SendAsync(HttpRequestMessage request, OutsideLimits limits, CancellationToken cancellation)
    {
        using var disposed = request;
        using var over = new CancellationTokenSource(limits.Total, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
        try
        {
            if (request.RequestUri is null || OutsideAddress.Find(request.RequestUri.OriginalString) is null)
            {
                return new OutsideUnreachable();
            }

            request.Version = HttpVersion.Version11;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
            var client = clients.CreateClient(Name);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var (body, wasCut) = await ReadAsync(response, limits.MostBytes, either.Token);
            return new OutsideAnswered(response.StatusCode, Wait(response.Headers.RetryAfter), response.Content.Headers.ContentType, body, wasCut);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new OutsideTimedOut();
        }
        catch (Exception error) when (error is HttpRequestException or IOException or AuthenticationException)
        {
            return new OutsideUnreachable();
        }
    }

    /// <summary>Asks for something large; its body is read by the caller, within the caller's time.</summary>
    /// <returns>Null for what <see cref="SendAsync"/> calls unreachable or timed out.</returns>
    public async Task<HttpResponseMessage?> OpenAsync(Uri address, CancellationToken cancellation)
    {
        if (OutsideAddress.Find(address.OriginalString) is null)
        {
            return null;
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
            return await clients.CreateClient(Name).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or AuthenticationException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    private static async Task<(byte[] Body, bool WasCut)> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[most + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return (buffer[..Math.Min(length, most)], length > most);
    }

    private TimeSpan? Wait(RetryConditionHeaderValue? header)
        => header?.Delta ?? (header?.Date is { } date && date > clock.GetUtcNow() ? date - clock.GetUtcNow() : null);
}
