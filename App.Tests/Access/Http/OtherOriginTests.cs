using System.Net;

namespace Inbox.Tests.Access.Http;

public sealed class OtherOriginTests : AppTests
{
    private const string Listed = "https://app.example.com";

    protected override TestAppOptions Options(TestAppOptions options)
        => options with { Settings = new Dictionary<string, string?> { ["Inbox:Cors:0"] = Listed } };

    [Theory]
    [InlineData(Listed, true)]
    [InlineData("https://app.example.com.evil.example", false)]
    [InlineData("http://app.example.com", false)]
    [InlineData("null", false)]
    public async Task Pages_of_the_listed_origins_may_read_answers_without_the_browsers_session(string origin, bool allowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/conversations");
        request.Headers.Add("Origin", origin);
        using var response = await App.Http.SendAsync(request, Cancellation);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/api/v1/conversations/1");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "PATCH");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,idempotency-key");
        using var answer = await App.Http.SendAsync(preflight, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(allowed, response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(allowed, answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
        if (allowed)
        {
            Assert.Equal(Listed, Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
            Assert.Contains("Retry-After", string.Join(',', response.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);
            Assert.Contains("PATCH", string.Join(',', answer.Headers.GetValues("Access-Control-Allow-Methods")), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("*")]
    [InlineData("https://*.example.com")]
    [InlineData("app.example.com")]
    [InlineData("https://app.example.com/")]
    public void A_list_with_anything_but_origins_stops_the_start(string origin)
    {
        var options = new Inbox.Access.AccessOptions { Cors = { origin } };

        Assert.True(new Inbox.Access.AccessOptionsValidator().Validate(null, options).Failed);
    }
}
