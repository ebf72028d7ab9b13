using System.Text.RegularExpressions;
using Inbox.Contacts;
using Inbox.Conversations.Labels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

public sealed class ContactsJourney : Journey
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 20_000 };

    private TestApp _app = null!;

    [Fact]
    public async Task Two_contacts_are_merged_with_a_preview_and_made_two_again()
    {
        var (page, number) = await Given();
        await number.DeliverText("15550100142", "I am Ann");
        await number.DeliverText("15550100143", "I am Anna");
        await OpenContacts(page);
        await Expect(Row(page, "Customer 0143")).ToBeVisibleAsync(Soon);

        await Pick(page, "Customer 0142", 1);
        await Pick(page, "Customer 0143", 2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Merge", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.Locator("tr", new() { HasText = "Name" }).GetByRole(AriaRole.Radio).Nth(1).CheckAsync();
        await Expect(dialog.Locator("tr", new() { HasText = "Name" }).Locator("strong")).ToHaveTextAsync("Customer 0143");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Merge", Exact = true }).ClickAsync();

        await Expect(Row(page, "Customer 0142")).ToHaveCountAsync(0);
        await Expect(Row(page, "Customer 0143").Locator("td").Nth(4)).ToHaveTextAsync("1");
        await page.Locator(".toast").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(Row(page, "Customer 0142")).ToBeVisibleAsync(Soon);
        await Expect(Row(page, "Customer 0143")).ToBeVisibleAsync(Soon);
    }

    [Fact]
    public async Task The_panel_renames_a_contact_keeps_notes_and_blocks()
    {
        var (page, number) = await Given();
        await number.DeliverText("15550100142", "Hello there");
        await page.GotoAsync("/inbox");
        await new InboxScreen(page).Open("Hello there");
        var panel = page.Locator(".contact-pane");

        await panel.GetByLabel("Name", new() { Exact = true }).FillAsync("Ann of the bakery");
        await panel.GetByLabel("Name", new() { Exact = true }).PressAsync("Tab");
        await Expect(new InboxScreen(page).Line("Ann of the bakery")).ToBeVisibleAsync(Soon);

        await panel.GetByLabel("Write a note").FillAsync("Pays in cash");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(panel.Locator(".contact-note")).ToContainTextAsync("Pays in cash");

        await panel.GetByRole(AriaRole.Button, new() { Name = "Block", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Alertdialog).Or(page.GetByRole(AriaRole.Dialog)).GetByRole(AriaRole.Button, new() { Name = "Block", Exact = true }).ClickAsync();
        await Expect(panel.Locator(".notice")).ToContainTextAsync("Blocked");
    }

    [Fact]
    public async Task Chosen_contacts_get_a_tag_together_and_lose_it_again()
    {
        var (page, number) = await Given();
        await number.DeliverText("15550100142", "I am Ann");
        await number.DeliverText("15550100143", "I am Bea");
        await OpenContacts(page);
        await Expect(Row(page, "Customer 0143")).ToBeVisibleAsync(Soon);
        await Pick(page, "Customer 0142", 1);
        await Pick(page, "Customer 0143", 2);
        var bar = page.Locator(".toolbar.picked");

        await bar.GetByLabel("Add a tag").SelectOptionAsync("VIP");
        await Expect(Row(page, "Customer 0142")).ToContainTextAsync("VIP");
        await Expect(Row(page, "Customer 0143")).ToContainTextAsync("VIP");

        await page.Locator(".toast").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(Row(page, "Customer 0142")).Not.ToContainTextAsync("VIP");
        await Expect(bar.GetByRole(AriaRole.Link, new() { Name = "Export" })).ToHaveAttributeAsync("href", new Regex(@"ids=\d+(%2C|,)\d+"));
        await bar.GetByRole(AriaRole.Button, new() { Name = "Choose none" }).ClickAsync();
        await Expect(bar).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_page_of_a_contact_tells_what_happened_and_leads_to_the_conversation()
    {
        var (page, number) = await Given();
        await number.DeliverText("15550100142", "Where is my parcel?");
        await OpenContacts(page);
        await Expect(Row(page, "Customer 0142")).ToBeVisibleAsync(Soon);
        await Row(page, "Customer 0142").GetByRole(AriaRole.Link, new() { Name = "Customer 0142" }).ClickAsync();
        var timeline = page.Locator(".timeline");
        await Expect(timeline).ToContainTextAsync("Where is my parcel?");

        // What comes by itself shows that the circuit has started.
        await number.DeliverText("15550100142", "Hello?");
        await Expect(timeline.Locator("[data-moment=message]")).ToHaveCountAsync(2, new() { Timeout = 20_000 });
        var panel = page.Locator(".contact-page > .contact");
        await panel.GetByLabel("Write a note").FillAsync("Pays in cash");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(panel.Locator(".contact-note")).ToContainTextAsync("Pays in cash");
        await number.DeliverText("15550100142", "Anybody?");
        await Expect(timeline.Locator("[data-moment=message]")).ToHaveCountAsync(3, new() { Timeout = 20_000 });
        await Expect(timeline).ToContainTextAsync("Pays in cash");

        await timeline.GetByLabel("Search within").FillAsync("parcel");
        await Expect(timeline.Locator(".moment")).ToHaveCountAsync(1);
        await timeline.Locator(".moment").HoverAsync();
        await timeline.GetByRole(AriaRole.Link, new() { Name = "Open" }).ClickAsync();
        await Expect(new InboxScreen(page).Bubble("Hello?")).ToBeVisibleAsync(Soon);
    }

    [Fact]
    public async Task The_page_of_a_contact_has_links_to_follow_and_says_why_an_address_is_theirs()
    {
        var (page, number) = await Given();
        await number.DeliverText("15550100142", "I am Ann");
        await _app.InboundIsIdle();
        await (await _app.GivenWhatsApp(tenant: 1)).DeliverText("15550100142", "And here too");
        await _app.InboundIsIdle();
        await _app.InBusiness(1, async db =>
        {
            db.Add(new CustomField { TenantId = 1, Key = "shop", Name = "Shop", Kind = CustomFieldKind.Link, CreatedAt = _app.Clock.GetUtcNow().UtcDateTime });
            (await db.Set<Contact>().SingleAsync(Cancellation)).CustomFields = """{"shop": "https://shop.example/ann"}""";
            return await db.SaveChangesAsync(Cancellation);
        });

        await OpenContacts(page);
        await Row(page, "Customer 0142").GetByRole(AriaRole.Link, new() { Name = "Customer 0142" }).ClickAsync();

        var panel = page.Locator(".contact-page > .contact");
        var link = panel.GetByRole(AriaRole.Link, new() { Name = "https://shop.example/ann" });
        await Expect(link).ToHaveAttributeAsync("href", "https://shop.example/ann", new() { Timeout = 20_000 });
        await Expect(link).ToHaveAttributeAsync("rel", "noopener noreferrer");
        await Expect(link).ToHaveAttributeAsync("target", "_blank");
        await Expect(panel.Locator(".identity").Nth(1)).ToContainTextAsync("same phone number");
    }

    [Fact]
    public async Task Nothing_is_written_to_who_is_blocked_or_opted_out_and_the_screen_says_what_to_do()
    {
        var (page, number) = await Given();
        await number.DeliverText("15550100142", "Hello there");
        await page.GotoAsync("/inbox");
        var inbox = new InboxScreen(page);
        await inbox.Open("Hello there");
        var panel = page.Locator(".contact-pane");
        var banner = page.Locator("[data-reach]");
        var send = page.Locator("[data-send][data-when=reply]");
        await inbox.Type("Good morning");
        await Expect(send).ToBeEnabledAsync();

        await panel.GetByRole(AriaRole.Button, new() { Name = "Block", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Alertdialog).Or(page.GetByRole(AriaRole.Dialog)).GetByRole(AriaRole.Button, new() { Name = "Block", Exact = true }).ClickAsync();
        await Expect(banner).ToContainTextAsync("This contact is blocked");
        await Expect(send).ToBeDisabledAsync();
        await Expect(inbox.Composer).ToHaveJSPropertyAsync("readOnly", true);
        await banner.GetByRole(AriaRole.Button, new() { Name = "Unblock" }).ClickAsync();
        await Expect(banner).ToHaveCountAsync(0);
        await Expect(send).ToBeEnabledAsync();

        await number.DeliverText("15550100142", "stop");
        await Expect(banner).ToContainTextAsync("wants no more messages");
        await Expect(send).ToBeDisabledAsync();
        await banner.GetByRole(AriaRole.Button, new() { Name = "Enter consent" }).ClickAsync();
        var form = page.Locator(".side-form");
        await form.GetByLabel("Where and how they said it").FillAsync("On the phone, just now");
        await form.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(banner).ToHaveCountAsync(0);
        await Expect(send).ToBeEnabledAsync();
        await Expect(inbox.Composer).ToHaveValueAsync("Good morning");
    }

    [Fact]
    public async Task A_file_is_mapped_looked_at_and_imported()
    {
        var (page, _) = await Given();
        await page.GotoAsync("/contacts/import");
        await page.WaitForFunctionAsync("() => document.querySelector('input[type=file]')?._blazorInputFileNextFileId !== undefined");
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "people.csv", MimeType = "text/csv", Buffer = "who;Phone\nDora;15550100188\nEmil;12\n"u8.ToArray() });

        await page.GetByLabel("Field of who").SelectOptionAsync("name");
        await Expect(page.GetByText("2 rows: 1 new, 0 known, 1 with mistakes, which are left out.")).ToBeVisibleAsync(Soon);
        await page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();

        await Expect(page.Locator("#import-done")).ToContainTextAsync("1 made, 0 changed, 1 left out.");
        await page.GotoAsync("/contacts?q=Dora");
        await Expect(Row(page, "Dora")).ToBeVisibleAsync(Soon);
    }

    private async Task<(IPage, WhatsAppNumber)> Given()
    {
        var app = _app = await GivenApp();
        var number = await app.GivenWhatsApp(tenant: 1);
        await app.InBusiness(1, async db =>
        {
            db.Add(new Tag { TenantId = 1, Name = "VIP", Colour = "#2a4dd7", CreatedAt = app.Clock.GetUtcNow().UtcDateTime });
            return await db.SaveChangesAsync(Cancellation);
        });
        var visit = await GivenVisit("owner", app.Address);
        return ((await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page, number);
    }

    /// <summary>With all who have written: the list does not grow by itself.</summary>
    private async Task OpenContacts(IPage page)
    {
        await _app.InboundIsIdle();
        await page.GotoAsync("/contacts");
    }

    private static ILocator Row(IPage page, string name) => page.Locator("tr[data-contact]").Filter(new() { HasText = name });

    /// <summary>A click before the circuit has started is lost.</summary>
    private static async Task Pick(IPage page, string name, int chosen)
    {
        var found = page.Locator(".toolbar .found");
        for (var attempt = 0; attempt < 40 && !(await found.CountAsync() > 0 && (await found.TextContentAsync())!.StartsWith($"{chosen} ", StringComparison.Ordinal)); attempt++)
        {
            await Row(page, name).GetByRole(AriaRole.Checkbox).SetCheckedAsync(false);
            await Row(page, name).GetByRole(AriaRole.Checkbox).SetCheckedAsync(true);
            await found.WaitForAsync(new() { Timeout = 500 }).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
