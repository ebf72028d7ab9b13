using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

[Collection(nameof(InBrowser))]
public sealed class RestartJourney
{
    [Fact]
    public async Task A_server_that_dies_while_an_agent_types_comes_back_with_the_draft()
    {
        using var folder = new TempFolder();
        await using var app = await AppProcess.StartAsync(new AppProcessOptions { DataDirectory = folder.Path, Settings = Owner.Settings(sampleData: true) });
        await using var visit = await Visit.StartAsync("agent", app.Address);
        var inbox = await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password);
        await inbox.Open(inbox.Lines.First);
        await inbox.Type("Dear customer, we are looking in");

        await app.KillAsync();
        await Expect(inbox.Page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await inbox.Type("to it");
        await app.StartAsync();

        await Expect(inbox.Page.Locator("#components-reconnect-modal")).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await Expect(inbox.Composer).ToHaveValueAsync("Dear customer, we are looking into it", new() { Timeout = 30_000 });
        await inbox.Composer.PressAsync("Enter");
        await Expect(inbox.Bubble("Dear customer, we are looking into it")).ToHaveCountAsync(1);
        await inbox.Page.ReloadAsync();
        await Expect(inbox.Bubble("Dear customer, we are looking into it")).ToHaveCountAsync(1);
        await Expect(inbox.Composer).ToHaveValueAsync("");
    }
}
