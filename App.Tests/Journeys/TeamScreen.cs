using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

/// <summary>Team, roles and departments, in product words.</summary>
public sealed class TeamScreen(IPage page)
{
    public ILocator Person(string email) => page.Locator($"tr[data-person='{email}']");

    /// <summary>One of the acts behind the three dots of a person.</summary>
    public async Task Choose(string email, string act)
    {
        var item = Person(email).GetByRole(AriaRole.Menuitem, new() { Name = act, Exact = true });
        await Press(Person(email).Locator("button[aria-haspopup=menu]"), item);
        await item.ClickAsync();
    }

    /// <summary>Where the open person is signed in.</summary>
    public ILocator Sessions => page.Locator("#member-sessions");

    public async Task OpenPerson(string email)
    {
        await page.GotoAsync("/team");
        await Press(Person(email).GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }), page.Locator("#member-name"));
    }

    /// <summary>Says yes to the question that is asked.</summary>
    public Task Confirm(string yes) => page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = yes, Exact = true }).ClickAsync();

    public async Task AddDepartment(string name)
    {
        await page.GotoAsync("/departments");
        await Press("New department", page.Locator("#department-name"));
        await page.Locator("#department-name").FillAsync(name);
        await Save();
        await Expect(page.Locator($"[data-department='{name}']")).ToBeVisibleAsync();
    }

    public async Task AddRole(string name, params (string Permission, string Scope)[] rights)
    {
        await page.GotoAsync("/roles");
        await Press("New role", page.Locator("#role-name"));
        await page.Locator("#role-name").FillAsync(name);
        foreach (var (permission, scope) in rights)
        {
            await page.Locator($"select[name='{permission}']").SelectOptionAsync(scope);
        }

        await Expect(page.Locator(".preview")).ToContainTextAsync("Conversations");
        await Expect(page.Locator(".preview")).Not.ToContainTextAsync("Channels");
        await Save();
        await Expect(page.Locator($"tr[data-role='{name}']")).ToBeVisibleAsync();
    }

    /// <returns>The link to hand on.</returns>
    public async Task<string> Invite(string email, string role, string department)
    {
        await page.GotoAsync("/team");
        await Press("Invite", page.Locator("#invite-email"));
        await page.Locator("#invite-email").FillAsync(email);
        await page.GetByLabel("Agent", new() { Exact = true }).UncheckAsync();
        await page.GetByLabel(role, new() { Exact = true }).CheckAsync();
        await page.GetByLabel(department, new() { Exact = true }).CheckAsync();
        await page.Locator("form.people-form button[type=submit]").ClickAsync();
        return await page.Locator(".copy-line code").TextContentAsync() ?? "";
    }

    /// <summary>Until the circuit has started a click does nothing.</summary>
    private Task Press(string button, ILocator opens) => Press(page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First, opens);

    internal static async Task Press(ILocator press, ILocator opens)
    {
        await Eventually.Async(async () =>
        {
            if (await press.IsVisibleAsync())
            {
                await press.ClickAsync();
            }

            try
            {
                await opens.WaitForAsync(new() { Timeout = 2000 });
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        });
    }

    private Task Save() => page.Locator("form.people-form button[type=submit]").ClickAsync();
}
