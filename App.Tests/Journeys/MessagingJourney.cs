using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

/// <summary>A page and an Instagram account, connected in the sandbox by the screens alone.</summary>
public sealed class MessagingJourney : Journey
{
    [Theory]
    [InlineData("Messenger", "Our salon", "messenger")]
    [InlineData("Instagram", "our.salon", "instagram")]
    public async Task From_the_channels_page_to_an_answered_customer(string kind, string name, string key)
    {
        var app = await GivenApp();
        var visit = await GivenVisit("owner", app.Address);
        await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password);

        var channels = await ConnectScreen.Open(visit);
        await channels.ConnectInSandbox(kind, name);
        await Expect(channels.Step("Tell")).ToContainTextAsync($"/webhooks/{key}");
        await channels.Step("Ask").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(channels.Step("Ask")).ToContainTextAsync("All is well");
        await Expect(channels.Step("Write to")).ToContainTextAsync("Waiting for the first webhook");
        await Expect(channels.SendTest).ToBeDisabledAsync();

        var sandbox = await SandboxScreen.Open(visit, await channels.Step("Write to").GetByRole(AriaRole.Link).GetAttributeAsync("href") ?? "");
        await sandbox.WriteAsCustomer("Are you open on Friday?");

        await Expect(channels.Step("Write to")).ToContainTextAsync("It works");
        await channels.SendTest.ClickAsync();
        await Expect(channels.Step("test answer")).ToContainTextAsync("Read");
        await Expect(sandbox.Bubble("This is a test")).ToBeVisibleAsync();

        var inbox = new InboxScreen(await visit.OpenAsync("/inbox"));
        await inbox.Open("This is a test");
        await Expect(inbox.Page.Locator(".thread-head, header").Filter(new() { HasText = "Jamie Rivera" }).First).ToBeVisibleAsync();
        await inbox.Reply("Yes, until six.");
        await Expect(inbox.Tick("Yes, until six.", "read")).ToBeVisibleAsync();
        await Expect(sandbox.Bubble("Yes, until six.")).ToBeVisibleAsync();

        await sandbox.Act("Send a picture");
        await Expect(inbox.Page.Locator(".thread .file-picture img")).ToBeVisibleAsync();
        await sandbox.PutHeartAt("Yes, until six.");
        await Expect(inbox.Page.Locator(".thread .reaction")).ToHaveTextAsync("❤️");
        await sandbox.WriteAsCustomer("Never mind");
        await Expect(inbox.Bubble("Never mind")).ToBeVisibleAsync();
        await sandbox.TakeBack("Never mind");
        await Expect(inbox.Page.Locator(".thread .bubble-text.gone")).ToBeVisibleAsync();
    }
}
