using Inbox.Access;
using Inbox.Conversations.Labels;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

/// <summary>Filters of the list, several conversations at once, and handing one on.</summary>
public sealed class ManyConversationsJourney : Journey
{
    private const string First = "Maria Silva";
    private const string Second = "Tomás Herrera";
    private const string Third = "Grace Okafor";

    [Fact]
    public async Task Several_are_closed_together_and_opened_again_by_undo()
    {
        var inbox = await GivenInbox();

        await inbox.Select(First, Third);
        await Expect(inbox.Bulk).ToContainTextAsync("2 selected");
        Assert.Equal("/inbox", new Uri(inbox.Page.Url).AbsolutePath);
        await inbox.Bulk.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await inbox.Page.Mouse.MoveAsync(900, 500);   // rows do not move under the pointer
        await Expect(inbox.Line(First)).ToHaveCountAsync(0);
        await Expect(inbox.Line(Third)).ToHaveCountAsync(0);
        await Expect(inbox.Line(Second)).ToBeVisibleAsync();

        await inbox.Toast.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(inbox.Line(First)).ToBeVisibleAsync();
        await Expect(inbox.Line(Third)).ToBeVisibleAsync();

        await inbox.Page.Keyboard.PressAsync("Escape");
        await Expect(inbox.Bulk).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Several_get_a_tag_and_a_department_and_the_list_is_narrowed_by_both()
    {
        var inbox = await GivenInbox();

        await inbox.Select(First, Second);
        await inbox.Bulk.GetByLabel("Tag").SelectOptionAsync("+Refund");
        await Expect(inbox.Line(First)).ToContainTextAsync("Refund");
        await Expect(inbox.Line(Second)).ToContainTextAsync("Refund");
        await Expect(inbox.Bulk).ToContainTextAsync("0 selected");
        await inbox.Line(First).ClickAsync();
        await inbox.Bulk.GetByLabel("Department").SelectOptionAsync(new SelectOptionValue { Label = "Sales" });
        await Expect(inbox.Bulk).ToContainTextAsync("0 selected");
        await inbox.Page.Keyboard.PressAsync("Escape");

        await inbox.Filter("Tag").SelectOptionAsync("Refund");
        await Expect(inbox.Line(Third)).ToHaveCountAsync(0);
        await Expect(inbox.Line(Second)).ToBeVisibleAsync();
        await inbox.Filter("Department").SelectOptionAsync(new SelectOptionValue { Label = "Sales" });
        await Expect(inbox.Line(Second)).ToHaveCountAsync(0);
        await Expect(inbox.Line(First)).ToBeVisibleAsync();
        Assert.Contains("tag=Refund", inbox.Page.Url, StringComparison.Ordinal);
        Assert.Contains("department=", inbox.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_is_found_by_a_word_and_handed_to_a_department_with_a_reason()
    {
        var inbox = await GivenInbox();
        var search = inbox.Filter("Search");
        await search.FillAsync("Silva");
        await search.PressAsync("Enter");
        await Expect(inbox.Line(Third)).ToHaveCountAsync(0);
        await inbox.Open(First);

        await inbox.Page.GetByRole(AriaRole.Button, new() { Name = "Hand on" }).ClickAsync();
        var dialog = inbox.Page.Locator("dialog[open]");
        await dialog.Locator("#transfer-department").SelectOptionAsync(new SelectOptionValue { Label = "Sales" });
        await Expect(dialog.Locator("#transfer-colleague option")).Not.ToHaveCountAsync(0);
        await dialog.Locator("#transfer-reason").FillAsync("wants a price");
        await dialog.Locator("button[type=submit]").ClickAsync();

        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(inbox.Page.Locator(".thread")).ToContainTextAsync("wants a price");
        await Expect(inbox.Page.Locator(".contact-pane")).ToContainTextAsync("Sales");
    }

    private async Task<InboxScreen> GivenInbox()
    {
        var app = await GivenApp(sampleData: true);
        await app.InBusiness(1, async db =>
        {
            db.Add(new Department { TenantId = 1, Name = "Sales", CreatedAt = DateTime.UnixEpoch });
            db.Add(new Tag { TenantId = 1, Name = "Refund", Colour = "#aa2222", CreatedAt = DateTime.UnixEpoch });
            return await db.SaveChangesAsync(Cancellation);
        });
        var visit = await GivenVisit("owner", app.Address, width: 1400);
        var page = await visit.OpenAsync("/sign-in");
        await new SignInScreen(page).SignIn(Owner.Email, Owner.Password);
        var inbox = new InboxScreen(page);
        await Expect(inbox.Line(First)).ToBeVisibleAsync();
        // the tab that says how many there are is drawn by the circuit
        await Expect(inbox.Tab("All")).ToContainTextAsync("5");
        return inbox;
    }
}
