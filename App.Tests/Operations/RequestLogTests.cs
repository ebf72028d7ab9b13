namespace Inbox.Tests.Operations;

public sealed class RequestLogTests() : AppTests
{
    private const string Category = "Inbox.Operations.Logging.RequestLog";

    [Fact]
    public async Task A_request_is_one_line_without_its_query()
    {
        using var response = await App.Http.GetAsync("/api/v1/conversations?access_token=of-a-person", Cancellation);

        await Eventually.Async(() => App.Logs.Lines.Any(line => line.Category == Category && line.Text.StartsWith("GET /api/v1/conversations", StringComparison.Ordinal)));
        Assert.DoesNotContain(App.Logs.Lines, line => line.ToString().Contains("of-a-person", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_that_nothing_serves_is_not_repeated_in_the_log()
    {
        using var response = await App.Http.GetAsync("/of-a-person", Cancellation);

        await Eventually.Async(() => App.Logs.Lines.Any(line => line.Category == Category));
        Assert.DoesNotContain(App.Logs.Lines, line => line.ToString().Contains("of-a-person", StringComparison.Ordinal));
    }
}
