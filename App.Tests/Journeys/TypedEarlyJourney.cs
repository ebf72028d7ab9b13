using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

/// <summary>A page is there before its circuit is: whoever types into a search box at once has not typed in vain.</summary>
public sealed class TypedEarlyJourney : Journey
{
    private readonly TaskCompletionSource _circuitMayStart = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task What_is_typed_into_the_search_of_the_inbox_before_the_circuit_is_searched_for()
    {
        var page = await GivenPageWithoutCircuit("/inbox");
        var inbox = new InboxScreen(page);
        await Expect(inbox.Lines).Not.ToHaveCountAsync(1);

        await inbox.Filter("Search").PressSequentiallyAsync("Silva");
        _circuitMayStart.SetResult();

        await Expect(inbox.Lines).ToHaveCountAsync(1);
        await Expect(inbox.Filter("Search")).ToHaveValueAsync("Silva");
        await Expect(inbox.Filter("Search")).ToBeFocusedAsync();
        Assert.Contains("Silva", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_typed_into_a_filter_before_the_circuit_goes_on_filtering_and_can_be_typed_on()
    {
        var page = await GivenPageWithoutCircuit("/settings");
        var box = page.GetByRole(AriaRole.Searchbox);
        var shown = page.Locator("[data-setting]:not([hidden])");
        await box.PressSequentiallyAsync("ta");
        var narrowed = await shown.CountAsync();
        var early = await box.ElementHandleAsync();
        _circuitMayStart.SetResult();
        await page.WaitForFunctionAsync("box => !box.isConnected", early);

        await Expect(box).ToBeFocusedAsync();
        await Expect(shown).ToHaveCountAsync(narrowed);
        await page.Keyboard.TypeAsync("gs");

        await Expect(box).ToHaveValueAsync("tags");
        await Expect(shown).ToHaveCountAsync(1);
    }

    /// <summary>What the server has rendered, with no way to it for the circuit until <see cref="_circuitMayStart"/>.</summary>
    private async Task<IPage> GivenPageWithoutCircuit(string address)
    {
        var app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("owner", app.Address);
        var page = await visit.OpenAsync("/sign-in");
        await new SignInScreen(page).SignIn(Owner.Email, Owner.Password);
        await page.RouteAsync("**/_blazor/negotiate**", async route =>
        {
            await _circuitMayStart.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync(address);
        await page.WaitForFunctionAsync("() => window.Blazor !== undefined");
        return page;
    }
}
