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

        await ReachAsync(page, page.Locator(conversations).First);
        await ReachAsync(page, page.Locator(health).First);
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

        var operation = page.Locator("#operations-Departments-post_departments");
        await ReachAsync(page, operation);
        await operation.Locator(".opblock-summary-control").ClickAsync();
        await operation.GetByRole(AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
        await operation.Locator("textarea").First.FillAsync("""{"name": "Made from the docs"}""");
        await operation.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();

        await Expect(operation.Locator(".live-responses-table tr.response .response-col_status").First).ToContainTextAsync("201", new() { Timeout = 60_000 });
        Assert.Empty(said);
    }

    /// <summary>Both draw only what is near the window: one has to scroll there.</summary>
    private static async Task ReachAsync(IPage page, ILocator wanted)
    {
        await Eventually.Async(
            async () =>
            {
                await page.EvaluateAsync("() => scrollTo(0, innerHeight + scrollY >= document.documentElement.scrollHeight ? 0 : scrollY + innerHeight / 2)");
                return await wanted.IsVisibleAsync();
            },
            TimeSpan.FromMinutes(2));
        await wanted.ScrollIntoViewIfNeededAsync();
        await Expect(wanted).ToBeVisibleAsync();
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
