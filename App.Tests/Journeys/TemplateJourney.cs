using Inbox.Channels;
using Inbox.Channels.Sandbox;
using Inbox.Channels.Templates;
using Inbox.Conversations;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

public sealed class TemplateJourney : Journey
{
    private const string Phone = "15550100177";
    private const float Minute = 60_000;

    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Fact]
    public async Task The_window_closes_while_somebody_types_a_template_goes_out_and_the_customer_opens_it_again()
    {
        var app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("owner", app.Address);
        var page = (await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page;
        await Sync(page);

        // Nearly a day ago.
        var last = app.Clock.GetUtcNow().UtcDateTime - TimeSpan.FromDays(1) + TimeSpan.FromSeconds(20);
        await app.InMany(db => db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.LastMessagePreview.Contains("market stall"))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastInboundAt, last), Cancellation));
        await page.GotoAsync("/inbox");
        var inbox = new InboxScreen(page);
        await inbox.Open("market stall");
        var banner = page.Locator("[data-window-banner]");
        await Expect(banner).ToContainTextAsync("Replies close in 1 min");
        await inbox.Type("Yes, it is open");
        var send = page.Locator("[data-send][data-when=reply]");
        await Expect(send).ToBeEnabledAsync();

        await Expect(banner.GetByText("Only a template can be sent until the customer writes again")).ToBeVisibleAsync(new() { Timeout = Minute });
        await Expect(send).ToBeDisabledAsync();
        await Expect(inbox.Composer).ToHaveValueAsync("Yes, it is open");

        await banner.GetByRole(AriaRole.Button, new() { Name = "Choose template" }).ClickAsync();
        var dialog = page.Locator(".template-dialog");
        await dialog.Locator(".template-option").Filter(new() { HasText = "order_ready" }).ClickAsync();
        var preview = dialog.Locator(".template-bubble");
        await Expect(preview).ToContainTextAsync("Hello Tomás, your order {{2}} is ready");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(dialog.Locator("input:invalid").First).ToBeFocusedAsync();
        await dialog.GetByLabel("Place 2").FillAsync("10042");
        await dialog.GetByLabel("Button “See the order”").FillAsync("10042");
        await Expect(preview).ToContainTextAsync("your order 10042 is ready");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(inbox.Tick("Hello Tomás, your order 10042 is ready", "read")).ToBeVisibleAsync();
        await Expect(inbox.Composer).ToHaveValueAsync("Yes, it is open");

        var channel = await app.InMany(db => db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().SingleAsync(row => row.IsSandbox && row.Kind == "whatsapp", Cancellation));
        await app.Services.GetRequiredService<MetaSandbox>().WriteAsync(channel, Phone, "Tomás Herrera", "Thank you!", Cancellation);
        await Expect(inbox.Bubble("Thank you!")).ToBeVisibleAsync();
        await Expect(banner).ToBeHiddenAsync();
        await Expect(send).ToBeEnabledAsync();
        await inbox.Composer.PressAsync("Enter");
        await Expect(inbox.Tick("Yes, it is open", "read")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_came_too_late_is_said_with_a_template_and_a_carousel_takes_a_picture_for_each_card()
    {
        var app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("owner", app.Address);
        var page = (await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page;
        await Sync(page);
        await page.GotoAsync("/inbox");
        var inbox = new InboxScreen(page);
        await inbox.Open("market stall");
        await inbox.Reply("10042");
        await Expect(inbox.Tick("10042", "read")).ToBeVisibleAsync();
        // As the platform tells it of what came after the window.
        await app.InMany(db => db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Text == "10042").ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, MessageStatus.Failed).SetProperty(row => row.ErrorCode, "131047").SetProperty(row => row.ErrorDetail, "Only an approved template can be sent now."), Cancellation));
        await page.ReloadAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('form[data-composer] [data-hint]')?.textContent?.length > 0");

        await inbox.Bubble("10042").GetByRole(AriaRole.Button, new() { Name = "Send as template" }).ClickAsync();
        var dialog = page.Locator(".template-dialog");
        await dialog.Locator(".template-option").Filter(new() { HasText = "order_ready" }).ClickAsync();
        await Expect(dialog.GetByLabel("Place 2")).ToHaveValueAsync("10042");

        await dialog.Locator(".template-option").Filter(new() { HasText = "new_arrivals" }).ClickAsync();
        await Expect(dialog.Locator(".template-card")).ToHaveCountAsync(2);
        for (var card = 0; card < 2; card++)
        {
            var fields = dialog.Locator(".template-card-fields").Nth(card);
            await fields.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = $"card{card}.png", MimeType = "image/png", Buffer = Png });
            await fields.GetByLabel("Place 1").FillAsync("3 €");
            await fields.GetByLabel("Button “See it”").FillAsync("bread");
            await Expect(dialog.Locator(".template-card").Nth(card)).ToContainTextAsync("3 €");
            await Expect(dialog.Locator(".template-card").Nth(card).Locator("img")).ToBeVisibleAsync();
        }

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(inbox.Tick("this is new with us", "read")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_template_is_written_handed_in_and_its_state_changes_by_itself()
    {
        var app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("owner", app.Address);
        var page = (await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page;
        await Sync(page);
        await Expect(page.Locator("[data-template=summer_sale]")).ToContainTextAsync("Rejected");

        await page.GetByRole(AriaRole.Button, new() { Name = "New template" }).ClickAsync();
        var form = page.Locator(".side-form");
        await form.GetByLabel("Name").FillAsync("visit_tomorrow");
        await form.Locator("#template-body").FillAsync("Hello {{1}}, see you tomorrow.");
        await form.GetByLabel("Sample for 1").FillAsync("Ann");
        await Expect(form.Locator(".template-bubble")).ToContainTextAsync("Hello Ann, see you tomorrow.");
        await form.GetByRole(AriaRole.Button, new() { Name = "Hand in" }).ClickAsync();

        var row = page.Locator("[data-template=visit_tomorrow]");
        await Expect(row).ToContainTextAsync("Waiting");
        await Expect(row).ToContainTextAsync("Approved", new() { Timeout = Minute });

        await row.Locator(".open-row").ClickAsync();
        await page.Locator(".side-form").GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await page.Locator("dialog.ask [data-yes]").ClickAsync();
        await Expect(row).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "New template" }).ClickAsync();
        await form.GetByLabel("Name").FillAsync("sign_in");
        await form.GetByLabel("Category").SelectOptionAsync("authentication");
        await Expect(form.Locator("#template-body")).ToHaveCountAsync(0);
        await Expect(form.Locator(".template-bubble")).ToContainTextAsync("do not share this code.");
        await Expect(form.Locator(".template-bubble")).ToContainTextAsync("This code expires in 10 minutes.");
        await form.GetByLabel("Advise to share the code with nobody").UncheckAsync();
        await Expect(form.Locator(".template-bubble")).Not.ToContainTextAsync("do not share");
        await form.GetByRole(AriaRole.Button, new() { Name = "Hand in" }).ClickAsync();
        await Expect(page.Locator("[data-template=sign_in]")).ToContainTextAsync("Sign-in codes");
    }

    [Fact]
    public async Task Cards_are_written_side_by_side_with_the_same_parts()
    {
        var app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("owner", app.Address);
        var page = (await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page;
        await Sync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "New template" }).ClickAsync();
        var form = page.Locator(".side-form");
        await form.GetByLabel("Name").FillAsync("breads");
        await form.GetByLabel("Category").SelectOptionAsync("marketing");
        await form.Locator("#template-body").FillAsync("Fresh today.");
        await form.GetByLabel("Cards side by side").CheckAsync();
        await Expect(form.Locator("#template-footer")).ToHaveCountAsync(0);
        await form.Locator("#template-card-0").FillAsync("Rye, {{1}} a loaf");
        await form.GetByLabel("Sample for 1").FillAsync("4 €");
        await form.Locator("#template-card-1").FillAsync("Poppy rolls");
        await form.GetByRole(AriaRole.Button, new() { Name = "Add a button to each card" }).First.ClickAsync();
        await Expect(form.GetByLabel("Text of the button")).ToHaveCountAsync(2);
        await form.GetByLabel("Text of the button").Nth(0).FillAsync("Keep one");
        await form.GetByLabel("Text of the button").Nth(1).FillAsync("Keep six");
        await Expect(form.Locator(".template-card")).ToContainTextAsync(["Rye, 4 € a loaf", "Poppy rolls"]);
        await form.GetByRole(AriaRole.Button, new() { Name = "Hand in" }).ClickAsync();
        await Expect(form.GetByRole(AriaRole.Alert)).ToContainTextAsync("Each card needs a file");
        for (var card = 0; card < 2; card++)
        {
            await form.Locator(".template-card-fields .file-pick input").Nth(card).SetInputFilesAsync(new FilePayload { Name = $"bread-{card}.png", MimeType = "image/png", Buffer = Png });
            await Expect(form.Locator(".template-card-fields .file-pick-name").Nth(card)).ToHaveTextAsync($"bread-{card}.png");
        }

        await form.GetByRole(AriaRole.Button, new() { Name = "Hand in" }).ClickAsync();

        await Expect(page.Locator("[data-template=breads]")).ToContainTextAsync("Approved", new() { Timeout = Minute });
    }

    /// <summary>The templates of the sandbox, read on their page.</summary>
    [Fact]
    public async Task A_template_beyond_the_newest_two_hundred_is_found_by_its_name()
    {
        var app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("owner", app.Address);
        var page = (await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page;
        await Sync(page);
        var now = app.Clock.GetUtcNow().UtcDateTime;
        await app.InMany(async db =>
        {
            var old = await db.Set<MessageTemplate>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().FirstAsync(row => row.Name == "order_ready", Cancellation);
            db.AddRange(Enumerable.Range(1, 210).Select(number => new MessageTemplate
            {
                TenantId = old.TenantId,
                AccountId = old.AccountId,
                ExternalId = $"newer-{number}",
                Name = $"newer_{number}",
                Language = old.Language,
                Category = old.Category,
                Components = old.Components,
                CreatedAt = now.AddSeconds(number),
            }));
            await db.SaveChangesAsync(Cancellation);
            await db.Set<MessageTemplate>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.Name.StartsWith("newer_")).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, TemplateStatus.Approved), Cancellation);
            return await db.Set<Conversation>().IgnoreQueryFilters([Filters.Tenant]).Where(row => row.LastMessagePreview.Contains("market stall"))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastInboundAt, now.AddDays(-2)), Cancellation);
        });
        await page.GotoAsync("/inbox");
        await new InboxScreen(page).Open("market stall");
        await page.Locator("[data-window-banner]").GetByRole(AriaRole.Button, new() { Name = "Choose template" }).ClickAsync();
        var options = page.Locator(".template-dialog .template-option");
        await Expect(options).ToHaveCountAsync(200);

        await page.Locator(".template-dialog").GetByLabel("Search templates").FillAsync("order_rea");

        await Expect(options).ToHaveCountAsync(1);
        await Expect(options).ToContainTextAsync("order_ready");
        await page.Locator(".template-dialog").GetByLabel("Search templates").FillAsync("nowhere");
        await Expect(page.Locator(".template-dialog")).ToContainTextAsync("No template of this name");
    }

    private static async Task Sync(IPage page)
    {
        await page.GotoAsync("/templates");
        for (var attempt = 0; attempt < 40 && await page.Locator("[data-template=order_ready]").CountAsync() == 0; attempt++)
        {
            // a click before the circuit has started is lost
            await page.GetByRole(AriaRole.Button, new() { Name = "Read from WhatsApp" }).ClickAsync();
            await page.Locator("[data-template=order_ready]").WaitForAsync(new() { Timeout = 1000 }).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        await Expect(page.Locator("[data-template=order_ready]")).ToContainTextAsync("Approved");
    }
}
