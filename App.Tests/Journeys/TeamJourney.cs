using Inbox.Access;
using Inbox.Access.Sessions;
using Inbox.Conversations;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

public sealed class TeamJourney : Journey
{
    private const string Password = "correct lamp on the desk";

    [Fact]
    public async Task The_owner_sets_up_three_departments_a_role_and_two_agents_who_join_by_their_links()
    {
        var app = await GivenApp();
        var visit = await GivenVisit("owner", app.Address);
        var page = await visit.OpenAsync("/sign-in");
        await new SignInScreen(page).SignIn(Owner.Email, Owner.Password);
        var team = new TeamScreen(page);

        foreach (var department in new[] { "Sales", "Support", "Returns" })
        {
            await team.AddDepartment(department);
        }

        await team.AddRole("Night shift", ("conversations.read", "Department"), ("conversations.reply", "Own"));
        var eva = await team.Invite("eva@example.com", "Night shift", "Sales");
        var tom = await team.Invite("tom@example.com", "Agent", "Support");

        var inbox = await Join("eva", app, eva, "Eva");
        await Join("tom", app, tom, "Tom");

        await page.GotoAsync("/team");
        await Expect(team.Person("eva@example.com")).ToContainTextAsync("Night shift");
        await Expect(team.Person("eva@example.com")).ToContainTextAsync("Sales");
        await Expect(team.Person("eva@example.com")).ToContainTextAsync("Online", new() { Timeout = 30_000 });
        await Expect(team.Person("tom@example.com")).ToContainTextAsync("Agent");

        // The role is all she has: none of the pages that it does not name.
        await Expect(inbox.Locator("nav.menu a[href='/inbox']")).ToBeVisibleAsync();
        await Expect(inbox.Locator("nav.menu a[href='/team']")).ToHaveCountAsync(0);
        await Expect(inbox.Locator("nav.menu a[href='/channels']")).ToHaveCountAsync(0);

        // A link works once.
        var late = await (await GivenVisit("late", app.Address)).OpenAsync(eva);
        await Expect(late.Locator("h1")).ToHaveTextAsync("This link leads nowhere");

        // What was removed is brought back in one click.
        await team.Choose("tom@example.com", "Remove");
        await Expect(team.Person("tom@example.com")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(team.Person("tom@example.com")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_takes_the_open_conversations_is_asked_before_somebody_is_disabled_and_a_link_for_a_password_is_copied()
    {
        var app = await GivenApp(sampleData: true);
        var (person, email, conversation, owner) = await app.InBusiness(1, async db =>
        {
            var someone = await db.Set<User>().Where(user => !user.IsSuperAdmin).OrderBy(user => user.Id).FirstAsync(Cancellation);
            var open = await db.Set<Conversation>().Where(row => row.Status == ConversationStatus.Open).OrderBy(row => row.Id).FirstAsync(Cancellation);
            await db.Set<Conversation>().Where(row => row.AssigneeId == someone.Id || row.Id == open.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.AssigneeId, row => row.Id == open.Id ? someone.Id : null), Cancellation);
            return (someone.Id, someone.Email!, open.Id, await db.Set<User>().Where(user => user.IsSuperAdmin).Select(user => user.Id).SingleAsync(Cancellation));
        });
        var visit = await GivenVisit("owner", app.Address);
        var page = await visit.OpenAsync("/sign-in");
        await new SignInScreen(page).SignIn(Owner.Email, Owner.Password);
        await page.GotoAsync("/team");
        var team = new TeamScreen(page);
        await Expect(team.Person(email)).ToBeVisibleAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        await team.Choose(email, "Link for a new password");
        await Expect(page.Locator("#password-link code")).ToContainTextAsync("/reset-password?token=");
        await page.Locator("#password-link").GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();

        await team.Choose(email, "Disable");
        await Expect(page.Locator("dialog[open]")).ToContainTextAsync("has one open conversation");
        await page.GetByLabel("A colleague").First.CheckAsync();
        await page.Locator("dialog[open] select").SelectOptionAsync(new SelectOptionValue { Value = $"{owner}" });
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();

        await Expect(team.Person(email)).ToContainTextAsync("Disabled");
        Assert.NotEqual(person, await app.InBusiness(1, db => db.Set<Conversation>().Where(row => row.Id == conversation).Select(row => row.AssigneeId).SingleAsync(Cancellation)));
        Assert.NotNull(await app.InBusiness(1, db => db.Set<Conversation>().Where(row => row.Id == conversation).Select(row => row.AssigneeId).SingleAsync(Cancellation)));
        Assert.Equal(1, await app.InBusiness(1, db => db.Set<AuditEvent>().CountAsync(row => row.Action == "user.password_link_made", Cancellation)));
    }

    [Fact]
    public async Task A_colleague_is_signed_out_on_one_device_or_everywhere()
    {
        var app = await GivenApp();
        var visit = await GivenVisit("owner", app.Address);
        var page = await visit.OpenAsync("/sign-in");
        await new SignInScreen(page).SignIn(Owner.Email, Owner.Password);
        var team = new TeamScreen(page);
        await team.AddDepartment("Sales");
        var inbox = await Join("eva", app, await team.Invite("eva@example.com", "Agent", "Sales"), "Eva");
        await app.InMany(async db =>
        {
            var hers = await db.Set<Session>().AsNoTracking().OrderByDescending(session => session.Id).FirstAsync(Cancellation);
            db.Add(new Session { Key = "phone", UserId = hers.UserId, TenantId = hers.TenantId, Stamp = hers.Stamp, StartedAt = hers.StartedAt, SeenAt = hers.SeenAt, ProvenAt = hers.ProvenAt, ExpiresAt = hers.ExpiresAt, Device = "Phone" });
            return await db.SaveChangesAsync(Cancellation);
        });

        await team.OpenPerson("eva@example.com");
        await team.Sessions.GetByRole(AriaRole.Row).Filter(new() { HasText = "Phone" }).GetByRole(AriaRole.Button, new() { Name = "End" }).ClickAsync();
        await team.Confirm("End");
        await Expect(team.Sessions).Not.ToContainTextAsync("Phone");
        await Expect(inbox.Locator(".inbox")).ToBeVisibleAsync();

        await team.Sessions.GetByRole(AriaRole.Button, new() { Name = "End all" }).ClickAsync();
        await team.Confirm("End all");

        await Expect(team.Sessions).ToContainTextAsync("Nowhere at the moment");
        await Expect(inbox.Locator("#email")).ToBeVisibleAsync(new() { Timeout = 5_000 });   // asked to sign in
    }

    private async Task<IPage> Join(string who, TestApp app, string link, string name)
    {
        var visit = await GivenVisit(who, app.Address);
        var page = await visit.OpenAsync(link);
        await page.Locator("#name").FillAsync(name);
        await page.Locator("#password").FillAsync(Password);
        await page.Locator("button[type=submit]").ClickAsync();
        await page.Locator(".inbox").WaitForAsync();
        return page;
    }
}
