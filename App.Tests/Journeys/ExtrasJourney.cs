using Inbox.Conversations;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

/// <summary>What an agent sends beside texts and files: choices, places, contacts, cards.</summary>
public sealed class ExtrasJourney : Journey
{
    [Fact]
    public async Task An_agent_offers_a_list_sends_a_place_and_a_contact_and_nothing_once_the_window_is_closed()
    {
        var app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("owner", app.Address);
        var page = (await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page;
        await page.GotoAsync("/inbox");
        var inbox = new InboxScreen(page);
        await inbox.Open("market stall");
        await inbox.Type("half a sentence");
        await Eventually.Async(() => app.InBusiness(1, db => db.Set<Draft>().AnyAsync(draft => draft.Text == "half a sentence", Cancellation)), what: "the draft is kept");

        var choice = await Open(page, "Buttons, list or link");
        await choice.GetByLabel("Text", new() { Exact = true }).FillAsync("Which day suits you?");
        await choice.GetByLabel("Answer 1", new() { Exact = true }).FillAsync("Friday");
        await choice.GetByLabel("Answer 1", new() { Exact = true }).PressAsync("Enter");
        await choice.GetByLabel("Answer 2", new() { Exact = true }).FillAsync("Saturday");
        await choice.GetByRole(AriaRole.Button, new() { Name = "Add an answer" }).ClickAsync();
        await choice.GetByLabel("Answer 3", new() { Exact = true }).FillAsync("Sunday");
        await Expect(choice.Locator(".template-bubble .offer-button")).ToHaveTextAsync(["Friday", "Saturday", "Sunday"]);
        await choice.GetByRole(AriaRole.Button, new() { Name = "Add an answer" }).ClickAsync();
        await choice.GetByLabel("Answer 4", new() { Exact = true }).FillAsync("Friday");
        await choice.GetByLabel("Description of answer 4").FillAsync("We call you");
        await Send(choice);
        await Expect(choice.GetByRole(AriaRole.Alert)).ToContainTextAsync("Two answers are called Friday");
        await choice.GetByLabel("Answer 4", new() { Exact = true }).FillAsync("Another day");
        await Send(choice);
        await Expect(choice).ToHaveCountAsync(0);
        await Expect(inbox.Tick("Which day suits you?", "read")).ToBeVisibleAsync();
        await Expect(inbox.Bubble("Which day suits you?").Locator(".offer-row")).ToHaveTextAsync(["Friday", "Saturday", "Sunday", "Another dayWe call you"]);

        var place = await Open(page, "Place");
        await place.GetByLabel("Where").FillAsync("Main street 1");
        await Expect(place.GetByRole(AriaRole.Alert)).ToContainTextAsync("There are no coordinates in this");
        await place.GetByLabel("Where").FillAsync("https://www.openstreetmap.org/#map=16/52.5163/13.3777");
        await place.GetByLabel("Name").FillAsync("Our shop");
        await Expect(place.Locator(".part-card")).ToContainTextAsync("52.5163, 13.3777");
        await Send(place);
        await Expect(place).ToHaveCountAsync(0);
        await Expect(inbox.Tick("Our shop", "read")).ToBeVisibleAsync();

        var card = await Open(page, "Contact card");
        await card.GetByRole(AriaRole.Searchbox).FillAsync("Maria");
        await card.Locator(".extra-found button").ClickAsync();
        await Expect(card.GetByLabel("Name")).ToHaveValueAsync("Maria Silva");
        await card.GetByLabel("Company").FillAsync("Silva Coffee");
        await Send(card);
        await Expect(card).ToHaveCountAsync(0);
        await Expect(inbox.Tick("Silva Coffee", "read")).ToBeVisibleAsync();

        await app.InMany(db => db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Id == 2)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastInboundAt, app.Clock.GetUtcNow().UtcDateTime.AddDays(-2)), Cancellation));
        await page.ReloadAsync();
        await Expect(page.GetByLabel("More to send").First).ToBeDisabledAsync();
        await Expect(inbox.Composer).ToHaveValueAsync("half a sentence");
        Assert.Equal(3, await app.InBusiness(1, db => db.Set<Message>().CountAsync(message => message.ConversationId == 2 && message.Direction == MessageDirection.Outbound, Cancellation)));
    }

    [Fact]
    public async Task On_Messenger_cards_stand_side_by_side_and_a_button_calls()
    {
        var app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("owner", app.Address);
        var page = (await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page;
        await page.GotoAsync("/inbox");
        var inbox = new InboxScreen(page);
        await inbox.Open("Noah Fischer");

        var choice = await Open(page, "Buttons, list or link");
        await Expect(choice.GetByRole(AriaRole.Button, new() { Name = "Ask for a place" })).ToHaveCountAsync(0);
        await choice.GetByRole(AriaRole.Button, new() { Name = "Cards", Exact = true }).ClickAsync();
        await choice.GetByLabel("Title").FillAsync("House blend");
        await choice.GetByLabel("Line below").FillAsync("250 g, 9 €");
        await choice.GetByRole(AriaRole.Button, new() { Name = "Add a button" }).ClickAsync();
        await choice.GetByLabel("Words on it").FillAsync("Call us");
        await choice.GetByLabel("https:// or +number (optional)").FillAsync("+1 555 0100 100");
        await Expect(choice.Locator(".offer-card")).ToContainTextAsync("Call us");
        await Send(choice);

        await Expect(choice).ToHaveCountAsync(0);
        await Expect(inbox.Tick("House blend", "read")).ToBeVisibleAsync();
        await Expect(inbox.Bubble("House blend").Locator(".offer-button[title='+15550100100']")).ToHaveTextAsync("Call us");
    }

    private static async Task<ILocator> Open(IPage page, string name)
    {
        await page.Locator("form[data-composer]").GetByRole(AriaRole.Button, new() { Name = "More to send" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = name }).ClickAsync();
        var dialog = page.Locator(".extra-dialog");
        await Expect(dialog).ToBeVisibleAsync();
        return dialog;
    }

    private static Task Send(ILocator dialog) => dialog.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
}
