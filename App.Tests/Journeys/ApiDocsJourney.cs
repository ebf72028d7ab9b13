using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

/// <summary>The description of the API in a browser: it is drawn, from this host alone, and within its own policy.</summary>
public sealed class ApiDocsJourney : Journey
{
    [Theory]
    [InlineData("/docs", ".opblock-summary-path[data-path='/api/v1/conversations']", ".opblock-summary-path[data-path='/health/ready']")]
    [InlineData("/redoc", "[data-section-id*='get_conversations'] h2", "[data-section-id*='get_health_ready'] h2")]
    public async Task The_api_can_be_read_in_the_browser(string path, string conversations, string health)
    {
        var app = await GivenApp();
        var visit = await GivenVisit("reader", app.Address);
        var said = Listen(visit);
        var page = await visit.OpenAsync(path);

        await Expect(page.Locator(conversations).First).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await page.Locator(health).First.ScrollIntoViewIfNeededAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        Assert.Empty(said);
    }

    [Fact]
    public async Task A_call_is_tried_with_the_session_of_the_browser()
    {
        var app = await GivenApp();
        var visit = await GivenVisit("owner", app.Address);
        var page = (await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page;
        var said = Listen(visit);
        await page.GotoAsync("/docs");

        await page.Locator("#operations-Departments-post_departments .opblock-summary-control").ClickAsync(new() { Timeout = 120_000 });
        var operation = page.Locator("#operations-Departments-post_departments");
        await operation.GetByRole(AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
        await operation.Locator("textarea").First.FillAsync("""{"name": "Made from the docs"}""");
        await operation.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();

        await Expect(operation.Locator(".live-responses-table .response-col_status").First).ToContainTextAsync("201");
        Assert.Empty(said);
    }

    /// <summary>What the browser refused or asked another host for.</summary>
    private static List<string> Listen(Visit visit)
    {
        var said = new List<string>();
        visit.Context.Console += (_, message) =>
        {
            if (message.Type is "error" || message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
            {
                said.Add(message.Text);
            }
        };
        visit.Context.WebError += (_, error) => said.Add(error.Error);
        visit.Context.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { IsLoopback: false, Scheme: "http" or "https" or "ws" or "wss" })
            {
                said.Add($"asked {request.Url}");
            }
        };
        return said;
    }
}
