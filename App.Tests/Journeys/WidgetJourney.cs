using Inbox.Channels;
using Inbox.Channels.Website;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

public sealed class WidgetJourney : Journey
{
    private static readonly byte[] Pixel = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

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

    [Fact]
    public async Task A_visitor_answers_the_form_sends_a_picture_and_gets_a_file_back()
    {
        var app = await GivenApp();
        var shop = Use(await Shop.StartAsync($"""<!DOCTYPE html><title>Shop</title><h1>Shop</h1><script async src="{app.Address}widget.js" data-tenant="corner-shop"></script>"""));
        await GivenWidget(app, shop.Origin, settings => settings with
        {
            PreChat = new PreChatForm("always", [new("name", "name", true), new("email", "email", true), new("agree", "consent", true, new Dictionary<string, string> { ["en"] = "I agree." })]),
        });
        var visitor = await GivenVisit("visitor", new Uri(shop.Origin), width: 390);
        var agent = await GivenVisit("agent", app.Address);
        var inbox = await new SignInScreen(await agent.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password);

        var page = await visitor.OpenAsync("/");
        await page.Locator(".launcher").ClickAsync();
        await Expect(page.Locator(".composer")).ToBeHiddenAsync();
        await page.GetByLabel("Your name").FillAsync("Ann");
        await page.GetByLabel("E-mail").FillAsync("ann");
        await page.Locator(".start").ClickAsync();
        await Expect(page.GetByText("This is not an e-mail address")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("E-mail")).ToBeFocusedAsync();
        await page.GetByLabel("E-mail").FillAsync("ann@example.com");
        await page.GetByLabel("I agree.").CheckAsync();
        await page.Locator(".start").ClickAsync();
        await page.Locator(".composer textarea").FillAsync("Which lamp is this?");
        await page.Locator(".composer textarea").PressAsync("Enter");
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload[]
        {
            new() { Name = "lamp.png", MimeType = "image/png", Buffer = Pixel },
            new() { Name = "lamp.exe", MimeType = "application/x-msdownload", Buffer = [1] },
        });
        await Expect(page.GetByText("Files of this type are not taken")).ToBeVisibleAsync();
        await Expect(page.Locator(".mine .picture img")).ToBeVisibleAsync();

        await inbox.Open("Ann");
        await Expect(inbox.Bubble("ann@example.com")).ToBeVisibleAsync();
        await Expect(inbox.Page.Locator(".thread .bubble img")).ToBeVisibleAsync();
        await inbox.Choose("manual.pdf", "application/pdf", "%PDF-1.7 manual"u8.ToArray());
        await Expect(inbox.Chosen("manual.pdf")).ToHaveAttributeAsync("data-state", "ready");
        await inbox.Reply("The manual is here.");

        await Expect(page.Locator(".theirs a.file")).ToContainTextAsync("manual.pdf");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Save the conversation" }).ClickAsync());
        var saved = await File.ReadAllTextAsync((await download.PathAsync())!, Cancellation);
        Assert.Contains("Which lamp is this?", saved, StringComparison.Ordinal);
        Assert.Contains("[manual.pdf]", saved, StringComparison.Ordinal);

        await page.ReloadAsync();
        await Expect(page.Locator(".launcher")).ToBeAttachedAsync();
        if (!await page.Locator(".panel").IsVisibleAsync())
        {
            await page.Locator(".launcher").ClickAsync();
        }

        await Expect(page.Locator(".mine .picture img")).ToBeVisibleAsync();
        await Expect(page.Locator(".ask")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_preview_beside_the_settings_is_the_widget_as_it_is_typed()
    {
        var app = await GivenApp();
        await GivenWidget(app, "https://shop.example");
        var id = await app.InBusiness(1, db => db.Set<Channel>().Where(channel => channel.Kind == "website").Select(channel => channel.Id).SingleAsync(Cancellation));
        var visit = await GivenVisit("owner", app.Address, width: 1440, height: 1000);
        await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password);

        var page = await visit.OpenAsync($"/channels/{id}/website");
        var preview = page.FrameLocator(".website-preview iframe");
        await Expect(preview.Locator(".greeting")).ToHaveTextAsync("Hello! How can we help?");
        await page.Locator("#website-greeting").FillAsync("Ask us about lamps");
        await Expect(preview.Locator(".greeting")).ToHaveTextAsync("Ask us about lamps");
        await page.Locator("#website-show").SelectOptionAsync("always");
        await Expect(preview.GetByLabel("Your name")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.Locator(".toast")).ToContainTextAsync("Saved");

        var settings = await app.InBusiness(1, db => db.Set<Channel>().Where(channel => channel.Id == id).Select(channel => channel.Settings).SingleAsync(Cancellation));
        Assert.Contains("Ask us about lamps", settings, StringComparison.Ordinal);
        Assert.Contains("\"show\":\"always\"", settings, StringComparison.Ordinal);
    }

    private static async Task GivenWidget(TestApp app, string origin, Func<WebsiteSettings, WebsiteSettings>? with = null)
    {
        var settings = new WebsiteSettings([origin]);
        await app.InBusiness(1, async db =>
        {
            db.Add(new Channel
            {
                TenantId = 1,
                Kind = "website",
                Name = "Website",
                ExternalId = "corner-shop",
                Settings = (with?.Invoke(settings) ?? settings).ToJson(),
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
