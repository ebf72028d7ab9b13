using System.Diagnostics;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

public sealed class RestartJourney : Journey
{
    [Fact]
    public async Task A_server_that_dies_while_an_agent_types_comes_back_with_the_draft()
    {
        var app = await GivenProcess(Owner.Settings(sampleData: true));
        var visit = await GivenVisit("agent", app.Address);
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

    [Fact]
    public async Task A_server_that_is_stopped_does_not_wait_for_open_pages()
    {
        var app = await GivenProcess(Owner.Settings(sampleData: true));
        var visit = await GivenVisit("agent", app.Address);
        var inbox = await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password);
        await inbox.Open(inbox.Lines.First);
        var started = Stopwatch.GetTimestamp();

        Assert.Equal(0, await app.StopAsync());

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(15), $"It took {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s.");
        await Expect(inbox.Page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
    }
}
