using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

public sealed partial class FirstConversationJourney : Journey
{
    [Fact]
    public async Task From_the_printed_link_to_an_answered_customer()
    {
        var app = await GivenProcess();
        var visit = await GivenVisit("owner", app.Address);
        var link = SetupLink().Match(app.Output).Value;
        Assert.NotEmpty(link);

        var inbox = await new SetupScreen(await visit.OpenAsync(link)).Create("Corner Shop", "Olivia Owner", Owner.Email, Owner.Password);
        await Expect(inbox.Lines.First).ToBeVisibleAsync();

        var sandbox = await SandboxScreen.Open(visit);
        await sandbox.WriteAsCustomer("Do you deliver on Sundays?");

        await Expect(inbox.Line("Do you deliver on Sundays?")).ToBeVisibleAsync();
        await inbox.Open("Do you deliver on Sundays?");
        await Expect(inbox.Bubble("Do you deliver on Sundays?")).ToBeVisibleAsync();

        await inbox.Reply("Yes, until noon.");
        await Expect(inbox.Bubble("Yes, until noon.")).ToHaveCountAsync(1);
        await Expect(inbox.Tick("Yes, until noon.", "read")).ToBeVisibleAsync();
        await Expect(sandbox.Bubble("Yes, until noon.")).ToBeVisibleAsync();

        await inbox.Choose("opening hours.txt", "text/plain", "Sunday 8 to 12"u8.ToArray());
        await Expect(inbox.Chosen("opening hours.txt").Filter(new() { HasText = "kB" })).ToBeVisibleAsync();
        await inbox.Reply("All of them are in here.");
        await Expect(inbox.Chosen("opening hours.txt")).ToHaveCountAsync(0);
        await Expect(inbox.Bubble("All of them are in here.").Filter(new() { HasText = "opening hours.txt" })).ToHaveCountAsync(1);
        await Expect(inbox.Tick("All of them are in here.", "read")).ToBeVisibleAsync();
        await Expect(sandbox.Bubble("[document] All of them are in here.")).ToBeVisibleAsync();

        // What is shown is what is stored.
        await inbox.Page.ReloadAsync();
        await Expect(inbox.Bubble("Yes, until noon.")).ToHaveCountAsync(1);
        await Expect(inbox.Tick("Yes, until noon.", "read")).ToBeVisibleAsync();
    }

    [GeneratedRegex(@"http://\S+/setup\?token=\S+")]
    private static partial Regex SetupLink();
}
