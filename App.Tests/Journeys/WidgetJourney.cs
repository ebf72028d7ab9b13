using Inbox.Channels;
using Inbox.Channels.Website;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

[Collection(nameof(InBrowser))]
public sealed class WidgetJourney : AppTests
{
    [Fact]
    public async Task A_visitor_of_another_site_and_an_agent_talk_live()
    {
        await using var shop = await Shop.StartAsync($"""<!DOCTYPE html><title>Shop</title><h1>Shop</h1><script async src="{App.Address}widget.js" data-tenant="corner-shop"></script>""");
        await GivenWidget(shop.Origin);
        await using var agent = await Visit.StartAsync("agent", App.Address);
        await using var visitor = await Visit.StartAsync("visitor", new Uri(shop.Origin), width: 390, height: 800);
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

    protected override TestAppOptions Options(TestAppOptions options)
        => options with { Settings = Owner.Settings(sampleData: false).ToDictionary(setting => setting.Key, setting => (string?)setting.Value) };

    private async Task GivenWidget(string origin)
    {
        await App.InBusiness(1, async db =>
        {
            db.Add(new Channel
            {
                TenantId = 1,
                Kind = "website",
                Name = "Website",
                ExternalId = "corner-shop",
                Settings = new WebsiteSettings([origin]).ToJson(),
                CreatedAt = App.Clock.GetUtcNow().UtcDateTime,
            });
            return await db.SaveChangesAsync(Cancellation);
        });
        App.Services.GetRequiredService<ChannelDirectory>().Changed();
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
