using System.Net.Http.Headers;
using System.Text;

namespace Inbox.Tests.Access.Http;

public sealed class PolicyReportTests : AppTests
{
    private const string Report = """{"csp-report": {"document-uri": "https://inbox.example/inbox?token=SECRET", "violated-directive": "script-src-elem", "blocked-uri": "https://evil.example/x.js?SECRET", "line-number": 1}}""";

    [Fact]
    public async Task What_a_browser_kept_from_a_page_is_in_the_log_without_what_stands_behind_the_question_mark()
    {
        Assert.Equal((204, null), await Post(Report));

        var line = Assert.Single(App.Logs.Lines, line => line.Text.Contains("script-src-elem", StringComparison.Ordinal)).Text;
        Assert.Contains("https://inbox.example/inbox", line, StringComparison.Ordinal);
        Assert.Contains("https://evil.example/x.js", line, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_reports_is_taken_and_fills_no_log()
    {
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal((204, null), await Post(Report));
        }

        Assert.InRange(App.Logs.Lines.Count(line => line.Text.Contains("script-src-elem", StringComparison.Ordinal)), 1, 10);   // five a minute, and a minute may end meanwhile
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("{\"csp-report\": 7}")]
    [InlineData("{\"csp-report\": {}}")]
    [InlineData("{\"csp-report\": {\"violated-directive\": \"\\ud800\"}}")]
    public async Task What_is_no_report_is_refused(string body) => Assert.Equal((400, "invalid_body"), await Post(body));

    [Fact]
    public async Task A_report_of_any_size_is_not_read() => Assert.Equal((413, "body_too_large"), await Post($$$"""{"csp-report": {"violated-directive": "{{{new string('x', 20_000)}}}"}}"""));

    private async Task<(int Status, string? Code)> Post(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/csp-reports") { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/csp-report");
        using var response = await App.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return ((int)response.StatusCode, text.Length == 0 ? null : System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("code").GetString());
    }
}
