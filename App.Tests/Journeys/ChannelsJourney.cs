using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

public sealed class ChannelsJourney : Journey
{
    [Fact]
    public async Task A_form_that_was_typed_into_does_not_go_at_the_first_escape()
    {
        var channels = await GivenForm();

        await channels.Press("Escape");
        await Expect(channels.Form).ToHaveCountAsync(0);
        await Expect(channels.SettingsOfFirst).ToBeFocusedAsync();

        await channels.SettingsOfFirst.ClickAsync();
        await channels.Rename("Shop chat");
        await channels.Press("Escape");
        await Expect(channels.Form.Locator(".side-held")).ToBeVisibleAsync();
        await channels.Press("Escape");
        await Expect(channels.Form).ToHaveCountAsync(0);
        await Expect(channels.Card).Not.ToContainTextAsync("Shop chat");

        await channels.SettingsOfFirst.ClickAsync();
        await channels.Rename("Shop chat");
        await channels.Save();
        await Expect(channels.Card).ToContainTextAsync("Shop chat");
        await Expect(channels.Toast).ToContainTextAsync("Saved");
    }

    [Fact]
    public async Task What_cannot_be_taken_back_is_asked_first_and_the_safe_answer_has_the_focus()
    {
        var channels = await GivenForm();

        await channels.Remove();
        await Expect(channels.Question).ToContainTextAsync("Remove Corner Shop?");
        await Expect(channels.Question.Locator("[data-dismiss]")).ToBeFocusedAsync();
        await channels.Press("Escape");
        await Expect(channels.Question).ToHaveCountAsync(0);
        await Expect(channels.Form).ToBeVisibleAsync();

        await channels.Remove();
        await channels.Question.Locator("[data-yes]").ClickAsync();
        await Expect(channels.Form).ToHaveCountAsync(0);
        await Expect(channels.Cards).ToHaveCountAsync(3);
    }

    private async Task<ChannelsScreen> GivenForm()
    {
        var app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("owner", app.Address);
        await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password);
        return await ChannelsScreen.Open(visit);
    }
}
