using Inbox.Access.Programs;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

/// <summary>What an administrator does for the business's own software: keys to call with, webhooks to be called by.</summary>
public sealed class ProgramsJourney : Journey
{
    [Fact]
    public async Task A_key_is_made_with_what_sending_needs()
    {
        var app = await GivenApp();
        var page = await SignedIn(app, "/api-keys");

        await TeamScreen.Press(page.GetByRole(AriaRole.Button, new() { Name = "Make a key", Exact = true }).First, page.Locator("#key-name"));
        await page.Locator("#key-name").FillAsync("Till");
        await page.Locator("[data-preset=send]").ClickAsync();
        await Expect(page.Locator("[data-permission='conversations.reply']")).ToBeCheckedAsync();
        await Expect(page.Locator("[data-permission='conversations.delete']")).Not.ToBeCheckedAsync();
        await page.Locator(".rights-tools input").FillAsync("make contacts");
        await Expect(page.Locator("[data-permission='contacts.write']")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-permission='conversations.reply']")).ToBeHiddenAsync();
        await page.Locator("[data-permission='contacts.write']").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the key", Exact = true }).ClickAsync();

        await Expect(page.Locator("#new-key code")).ToContainTextAsync("ibk_");
        var permissions = ApiKey.Split(await app.InBusiness(1, db => db.Set<ApiKey>().Select(key => key.Permissions).SingleAsync(Cancellation)));
        Assert.Equal(["channels.read", "contacts.read", "contacts.write", "conversations.read", "conversations.reply", "conversations.start", "templates.read"], permissions);
    }

    [Fact]
    public async Task A_webhook_is_added_changed_and_paused()
    {
        var app = await GivenApp();
        var page = await SignedIn(app, "/outgoing-webhooks");
        var webhook = page.Locator("[data-webhook]");

        await TeamScreen.Press(page.GetByRole(AriaRole.Button, new() { Name = "Add a webhook", Exact = true }).First, page.Locator("#webhook-url"));
        await page.Locator("#webhook-name").FillAsync("Till");
        await page.Locator("#webhook-url").FillAsync("https://shop.example/inbox");
        await page.Locator("dialog.side button[type=submit]").ClickAsync();
        await Expect(webhook).ToContainTextAsync("everything that happens");
        await page.GetByRole(AriaRole.Button, new() { Name = "I have kept it", Exact = true }).ClickAsync();

        await webhook.GetByRole(AriaRole.Button, new() { Name = "Change", Exact = true }).ClickAsync();
        await page.Locator("#webhook-name").FillAsync("Kitchen");
        await page.Locator("#webhook-everything").UncheckAsync();
        await page.Locator("[data-type='message_received']").CheckAsync();
        await page.Locator("dialog.side button[type=submit]").ClickAsync();
        await Expect(webhook).ToContainTextAsync("Kitchen");
        await Expect(webhook).ToContainTextAsync("A customer wrote");

        await webhook.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();
        await Expect(webhook).ToContainTextAsync("Paused");
        await webhook.GetByRole(AriaRole.Button, new() { Name = "Resume", Exact = true }).ClickAsync();
        await Expect(webhook.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true })).ToBeVisibleAsync();
        Assert.Equal(3, await app.InBusiness(1, db => db.Set<AuditEvent>().CountAsync(row => row.Action == "webhook.changed", Cancellation)));
    }

    private async Task<IPage> SignedIn(TestApp app, string path)
    {
        var page = await (await GivenVisit("owner", app.Address)).OpenAsync("/sign-in");
        await new SignInScreen(page).SignIn(Owner.Email, Owner.Password);
        await page.GotoAsync(path);
        return page;
    }
}
