using System.Net;
using System.Net.Http.Json;

namespace Inbox.Tests.Access;

/// <summary>Behind a TLS proxy: what browsers get there to keep, and what is taken back from them.</summary>
public sealed class SecureCookieTests : AppTests
{
    private const string Host = "inbox.example.com";

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Setup:Email"] = Door.Email,
            ["Inbox:Setup:Password"] = Door.Password,
            ["Inbox:Setup:Business"] = "Flowers",
            ["Inbox:PublicBaseUrl"] = $"https://{Host}",
            ["Inbox:KnownProxies:0"] = "127.0.0.1",
        },
    };

    [Fact]
    public async Task Every_cookie_is_for_this_host_alone_over_tls_and_for_no_script()
    {
        var cookies = (await Cookies(await Get("/sign-in", https: true))).Concat(await Cookies(await SignIn(https: true))).ToList();

        Assert.Contains(cookies, cookie => cookie.StartsWith("__Host-inbox-session=", StringComparison.Ordinal));
        Assert.Contains(cookies, cookie => cookie.StartsWith("__Host-inbox-form=", StringComparison.Ordinal));
        Assert.All(cookies, cookie =>
        {
            var parts = cookie.Split("; ");
            Assert.StartsWith("__Host-", parts[0], StringComparison.Ordinal);
            Assert.Contains("secure", parts, StringComparer.OrdinalIgnoreCase);
            Assert.Contains("httponly", parts, StringComparer.OrdinalIgnoreCase);
            Assert.Contains("path=/", parts, StringComparer.OrdinalIgnoreCase);
            Assert.Contains(parts, part => part.ToLowerInvariant() is "samesite=lax" or "samesite=strict");
            Assert.DoesNotContain(parts, part => part.StartsWith("domain=", StringComparison.OrdinalIgnoreCase));
        });
    }

    [Fact]
    public async Task A_cookie_of_plain_http_is_none_over_tls_and_the_other_way_round()
    {
        var session = (await Cookies(await SignIn(https: true))).Single(cookie => cookie.StartsWith("__Host-inbox-session=", StringComparison.Ordinal)).Split(';')[0].Split('=', 2)[1];

        Assert.Equal(HttpStatusCode.OK, (await Get("/api/v1/auth/me", https: true, $"__Host-inbox-session={session}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Get("/api/v1/auth/me", https: true, $"inbox-session={session}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Get("/api/v1/auth/me", https: false, $"__Host-inbox-session={session}")).StatusCode);
    }

    [Fact]
    public async Task Over_tls_the_browser_is_told_to_stay_there()
    {
        using var secure = await Get("/sign-in", https: true);
        using var plain = await Get("/sign-in", https: false);

        Assert.Equal("max-age=31536000", Assert.Single(secure.Headers.GetValues("Strict-Transport-Security")));
        Assert.False(plain.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task A_circuit_is_opened_by_the_public_address_and_by_no_other()
    {
        var session = (await Cookies(await SignIn(https: true))).Single(cookie => cookie.StartsWith("__Host-inbox-session=", StringComparison.Ordinal)).Split(';')[0];

        Assert.Equal(HttpStatusCode.OK, await Negotiate($"https://{Host}"));
        Assert.Equal(HttpStatusCode.Forbidden, await Negotiate($"http://{Host}"));
        Assert.Equal(HttpStatusCode.Forbidden, await Negotiate($"https://{Host}:8443"));
        Assert.Equal(HttpStatusCode.Forbidden, await Negotiate($"https://{Host}.evil.example"));

        async Task<HttpStatusCode> Negotiate(string origin)
        {
            using var request = Over(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1", https: true, session);
            request.Headers.Add("Origin", origin);
            using var response = await App.Http.SendAsync(request, Cancellation);
            return response.StatusCode;
        }
    }

    private async Task<HttpResponseMessage> SignIn(bool https)
    {
        using var request = Over(HttpMethod.Post, "/api/v1/auth/login?cookie=true", https);
        request.Content = JsonContent.Create(new { username = Door.Email, password = Door.Password });
        return await App.Http.SendAsync(request, Cancellation);
    }

    private async Task<HttpResponseMessage> Get(string path, bool https, string? cookie = null)
    {
        using var request = Over(HttpMethod.Get, path, https, cookie);
        request.Headers.Accept.ParseAdd(path.StartsWith("/api", StringComparison.Ordinal) ? "application/json" : "text/html");
        return await App.Http.SendAsync(request, Cancellation);
    }

    private static HttpRequestMessage Over(HttpMethod method, string path, bool https, string? cookie = null)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Forwarded-Proto", https ? "https" : "http");
        request.Headers.Add("X-Forwarded-Host", Host);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return request;
    }

    private static Task<IReadOnlyList<string>> Cookies(HttpResponseMessage response)
    {
        using (response)
        {
            Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}");
            return Task.FromResult<IReadOnlyList<string>>(response.Headers.TryGetValues("Set-Cookie", out var all) ? [.. all] : []);
        }
    }
}
