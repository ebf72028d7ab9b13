using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Inbox.Tests.Access;

/// <summary>What protects the session of a browser from other sites.</summary>
public sealed class BrowserRulesTests : AppTests
{
    [Theory]
    [InlineData(null, 403)]
    [InlineData("null", 403)]
    [InlineData("https://evil.example", 403)]
    [InlineData("own", 401)]
    public async Task A_circuit_is_opened_by_our_own_pages_only(string? origin, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        Origin(request, origin);

        using var response = await App.Http.SendAsync(request, Cancellation);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://evil.example")]
    public async Task A_foreign_socket_is_refused_before_the_upgrade(string? origin)
    {
        using var door = new Door(App);
        await door.SetUp();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/_blazor?id=x");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(new byte[16]));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        Origin(request, origin);

        using var response = await door.Browser.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task The_cookie_alone_changes_nothing_over_the_api()
    {
        using var door = new Door(App);
        await door.SetUp();

        Assert.Equal(HttpStatusCode.BadRequest, await Post(door, token: null));
        Assert.Equal(HttpStatusCode.BadRequest, await Post(door, token: "forged"));
        Assert.Equal(HttpStatusCode.NotFound, await Post(door, await door.AntiforgeryToken()));
        Assert.Equal(HttpStatusCode.Forbidden, await Post(door, await door.AntiforgeryToken(), crossSite: true));
    }

    [Fact]
    public async Task Signing_out_needs_the_token_of_a_page()
    {
        using var door = new Door(App);
        await door.SetUp();
        var token = await door.AntiforgeryToken();

        Assert.Equal(HttpStatusCode.BadRequest, await SignOut(null));
        Assert.Equal(HttpStatusCode.BadRequest, await SignOut("forged"));
        Assert.Equal(HttpStatusCode.OK, (await door.Browser.GetAsync("/api/v1/auth/me", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, await SignOut(token));
        Assert.Equal(HttpStatusCode.Unauthorized, (await door.Browser.GetAsync("/api/v1/auth/me", Cancellation)).StatusCode);

        async Task<HttpStatusCode> SignOut(string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-out") { Content = new FormUrlEncodedContent([]) };
            if (token is not null)
            {
                request.Headers.Add("X-CSRF-TOKEN", token);
            }

            using var response = await door.Browser.SendAsync(request, Cancellation);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task A_page_leads_to_sign_in_and_back()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/inbox?status=open");
        request.Headers.Accept.ParseAdd("text/html");

        using var response = await App.Http.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/sign-in?returnUrl=%2Finbox%3Fstatus%3Dopen", response.Headers.Location?.ToString());
    }

    [Theory]
    [InlineData("/sign-in", "text/html")]
    [InlineData("/not-there", "text/html")]
    [InlineData("/api/v1/conversations", "application/json")]
    [InlineData("/_framework/blazor.web.js", "*/*")]
    [InlineData("/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=<script>", "*/*")]
    [InlineData("/webhooks/telex", "*/*")]
    public async Task Every_answer_carries_the_security_headers(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);

        using var response = await App.Http.SendAsync(request, Cancellation);

        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.StartsWith("microphone=(self), camera=()", Assert.Single(response.Headers.GetValues("Permissions-Policy")), StringComparison.Ordinal);
        Assert.NotNull(response.Headers.CacheControl);
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    private static async Task<HttpStatusCode> Post(Door door, string? token, bool crossSite = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/conversations/999/close") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        if (token is not null)
        {
            request.Headers.Add("X-CSRF-TOKEN", token);
        }

        request.Headers.Add("Sec-Fetch-Site", crossSite ? "cross-site" : "same-origin");
        using var response = await door.Browser.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    private void Origin(HttpRequestMessage request, string? origin)
    {
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "own" ? App.Address.GetLeftPart(UriPartial.Authority) : origin);
        }
    }
}
