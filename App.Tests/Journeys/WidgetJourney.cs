using Inbox.Channels;
using Inbox.Channels.Website;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

public sealed class WidgetJourney : Journey
{
    [Fact]
    public async Task A_visitor_of_another_site_and_an_agent_talk_live()
    {
        var app = await GivenApp();
        var shop = Use(await Shop.StartAsync($"""<!DOCTYPE html><title>Shop</title><h1>Shop</h1><script async src="{app.Address}widget.js" data-tenant="corner-shop"></script>"""));
        await GivenWidget(app, shop.Origin);
        var agent = await GivenVisit("agent", app.Address);
        var visitor = await GivenVisit("visitor", new Uri(shop.Origin), width: 390);
        var inbox = await new SignInScreen(await agent.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password);

        var page = await visitor.OpenAsync("/");
        await page.Locator(".launcher").ClickAsync();
        await page.Locator(".composer textarea").FillAsync("Is the blue one still there?");
        await page.Locator(".composer textarea").PressAsync("Enter");
        await Expect(page.Locator(".bubble").Filter(new() { HasText = "Is the blue one still there?" })).ToHaveCountAsync(1);

        await Expect(inbox.Line("Is the blue one still there?")).ToBeVisibleAsync();
        await inbox.Open("Is the blue one still there?");
        await inbox.Reply("It is, in two sizes.");
        await Expect(page.Locator(".bubble").Filter(new() { HasText = "It is, in two sizes." })).ToBeVisibleAsync();

        await page.ReloadAsync();
        await page.Locator(".launcher").WaitForAsync();
        // The panel may open by itself, as it was left.
        if (!await page.Locator(".composer textarea").IsVisibleAsync())
        {
            await page.Locator(".launcher").ClickAsync();
        }

        await Expect(page.Locator(".bubble").Filter(new() { HasText = "Is the blue one still there?" })).ToHaveCountAsync(1);
        await Expect(page.Locator(".bubble").Filter(new() { HasText = "It is, in two sizes." })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_site_that_is_not_allowed_reads_in_its_console_where_to_allow_it()
    {
        var app = await GivenApp();
        var shop = Use(await Shop.StartAsync($"""<!DOCTYPE html><title>Shop</title><h1>Shop</h1><script async src="{app.Address}widget.js" data-tenant="corner-shop"></script>"""));
        await GivenWidget(app, "https://elsewhere.example");
        var visitor = await GivenVisit("visitor", new Uri(shop.Origin));

        await visitor.Context.RunAndWaitForConsoleMessageAsync(
            () => visitor.OpenAsync("/"),
            new() { Predicate = message => message.Text.Contains($"allow {shop.Origin} under Channels", StringComparison.Ordinal) });

        await Expect(visitor.Context.Pages[0].Locator(".launcher")).ToHaveCountAsync(0);
    }

    private static async Task GivenWidget(TestApp app, string origin)
    {
        await app.InBusiness(1, async db =>
        {
            db.Add(new Channel
            {
                TenantId = 1,
                Kind = "website",
                Name = "Website",
                ExternalId = "corner-shop",
                Settings = new WebsiteSettings([origin]).ToJson(),
                CreatedAt = app.Clock.GetUtcNow().UtcDateTime,
            });
            return await db.SaveChangesAsync(Cancellation);
        });
        app.Services.GetRequiredService<ChannelDirectory>().Changed();
    }

    /// <summary>Somebody else's website.</summary>
    private sealed class Shop(WebApplication site) : IAsyncDisposable
    {
        public string Origin => site.Urls.First();

        public static async Task<Shop> StartAsync(string page)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var site = builder.Build();
            site.MapGet("/", () => Results.Content(page, "text/html"));
            await site.StartAsync(TestContext.Current.CancellationToken);
            return new Shop(site);
        }

        public ValueTask DisposeAsync() => site.DisposeAsync();
    }
}
