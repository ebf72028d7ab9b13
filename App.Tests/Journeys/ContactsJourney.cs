using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

public sealed class ContactsJourney : Journey
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 20_000 };

    [Fact]
    public async Task Two_contacts_are_merged_with_a_preview_and_made_two_again()
    {
        var (page, number) = await Given();
        await number.DeliverText("15550100142", "I am Ann");
        await number.DeliverText("15550100143", "I am Anna");
        await page.GotoAsync("/contacts");
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
        var app = await GivenApp();
        var number = await app.GivenWhatsApp(tenant: 1);
        var visit = await GivenVisit("owner", app.Address);
        return ((await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page, number);
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
