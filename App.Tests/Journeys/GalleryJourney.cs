using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

/// <summary>The conversation of the sample data that shows every kind of message.</summary>
public sealed class GalleryJourney : Journey
{
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    public async Task Every_kind_of_message_shows_as_what_it_is(int width, ColorScheme scheme)
    {
        var app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("owner", app.Address, width);
        var page = await visit.OpenAsync("/sign-in");
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await new SignInScreen(page).SignIn(Owner.Email, Owner.Password);
        await page.GotoAsync("/inbox?status=closed");
        await page.Locator(".line", new() { HasText = "Sam Taylor" }).ClickAsync();

        var thread = page.Locator("[data-messages]");
        await Expect(thread.Locator(".bubble").Last).ToContainTextAsync("One that is delivered");
        foreach (var (kind, sign) in Signs)
        {
            Assert.True(await thread.Locator(sign).CountAsync() > 0, $"{kind}: nothing is {sign}");
        }

        Assert.Empty(await thread.EvaluateAsync<string[]>("""
            all => [...all.querySelectorAll(".bubble-body")].filter(body => {
              const own = body.getBoundingClientRect();
              return [...body.querySelectorAll(":scope > :not(.bubble-tools)")].some(part => part.getBoundingClientRect().right > own.right + 1 || part.getBoundingClientRect().left < own.left - 1);
            }).map(body => body.textContent.trim().slice(0, 80))
            """));
        await thread.Locator(".edited").ClickAsync();
        await Expect(thread.Locator(".earlier")).ToContainTextAsync("A text before it was changed");
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the window.");
        await thread.Locator(".file-picture img").First.ScrollIntoViewIfNeededAsync();
        await Expect(thread.Locator(".file-picture img").First).ToHaveJSPropertyAsync("complete", true);
        Assert.Equal("lazy", await thread.Locator(".file-picture img").First.GetAttributeAsync("loading"));
        Assert.True(await thread.Locator(".file-picture img").First.EvaluateAsync<bool>("image => image.naturalWidth > 0"), "The picture is not there.");
    }

    private static (string Kind, string Sign)[] Signs { get; } =
    [
        ("text with a link", ".bubble-text a[href='https://example.com/menu']"), ("quote", ".quote[data-quoted]"), ("reaction of the customer", "span.reaction"), ("our reaction", "button.reaction.ours"),
        ("changed", ".bubble-mark:has-text('edited')"), ("taken back", ".bubble-text.gone"), ("passed on", ".bubble-about:has-text('orwarded')"), ("note", "article.note"),
        ("picture", ".file-picture.image img"), ("sticker", ".file-picture.sticker img"), ("sound", ".sound audio"), ("document", "a.part-card[download='prices.pdf']"),
        ("file that is on its way", "[data-media=pending]"), ("file that is not taken", "[data-media=refused]"), ("place", "a.part-card[href*='openstreetmap']"), ("contact", ":text('Byron Analytics')"),
        ("buttons", ".offer-button:has-text('In the morning')"), ("list", ".offer-row:has-text('Ethiopia')"), ("menu", ".offer-button:has-text('For the moka pot')"), ("cards", ".offer-card:has-text('House blend')"), ("link button", ".offer-button[title='https://example.com/grinding']"),
        ("template", ".bubble:has-text('order_ready')"), ("order", ":text('House blend, 250 g')"), ("product", ".bubble-about:has-text('Ethiopia, 250 g')"),
        ("advertisement", ":text('Fresh every Friday')"), ("story", ".bubble-about:has-text('The story has ended')"), ("post", "a.part-card[href='https://example.com/post']"),
        ("form", ":text('Friday')"), ("unknown kind", ".bubble-card:has-text('poll')"), ("not sent", ".bubble-trouble:not(.maybe)"), ("maybe sent", ".bubble-trouble.maybe"),
    ];
}
