using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

[Collection(nameof(InBrowser))]
public sealed partial class FirstConversationJourney
{
    [Fact]
    public async Task From_the_printed_link_to_an_answered_customer()
    {
        using var folder = new TempFolder();
        await using var app = await AppProcess.StartAsync(new AppProcessOptions { DataDirectory = folder.Path });
        await using var visit = await Visit.StartAsync("owner", app.Address);
        var link = SetupLink().Match(app.Output).Value;
        Assert.NotEmpty(link);

        var inbox = await new SetupScreen(await visit.OpenAsync(link)).Create("Corner Shop", "Olivia Owner", Owner.Email, Owner.Password);
        await Expect(inbox.Lines.First).ToBeVisibleAsync();

        var sandbox = await visit.OpenAsync("/sandbox");
        await sandbox.Locator(".phone-foot input").FillAsync("Do you deliver on Sundays?");
        await sandbox.Locator(".phone-foot button").ClickAsync();

        await Expect(inbox.Line("Do you deliver on Sundays?")).ToBeVisibleAsync();
        await inbox.Open("Do you deliver on Sundays?");
        await Expect(inbox.Bubble("Do you deliver on Sundays?")).ToBeVisibleAsync();

        await inbox.Reply("Yes, until noon.");
        await Expect(inbox.Bubble("Yes, until noon.")).ToHaveCountAsync(1);
        await Expect(inbox.Tick("Yes, until noon.", "read")).ToBeVisibleAsync();
        await Expect(sandbox.Locator(".phone-bubble").Filter(new() { HasText = "Yes, until noon." })).ToBeVisibleAsync();

        // What is shown is what is stored.
        await inbox.Page.ReloadAsync();
        await Expect(inbox.Bubble("Yes, until noon.")).ToHaveCountAsync(1);
        await Expect(inbox.Tick("Yes, until noon.", "read")).ToBeVisibleAsync();
    }

    [GeneratedRegex(@"http://\S+/setup\?token=\S+")]
    private static partial Regex SetupLink();
}
