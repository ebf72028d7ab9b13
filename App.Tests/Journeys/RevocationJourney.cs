using System.Diagnostics;
using System.Globalization;
using Inbox.Access;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Inbox.Tests.Journeys;

/// <summary>An open page loses what its person lost, whether this process changed it or, as another node would, the database alone did.</summary>
public sealed class RevocationJourney : Journey
{
    private const float Limit = 5_000;

    [Fact]
    public async Task An_open_page_goes_to_sign_in_within_five_seconds_when_its_session_ends_elsewhere()
        => await Measure("/inbox", app => app.InMany(db => db.Set<Session>().ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, app.Clock.GetUtcNow().UtcDateTime), Cancellation)));

    [Fact]
    public async Task An_open_page_goes_to_sign_in_within_five_seconds_when_the_person_ends_all_other_sessions()
        => await Measure("/inbox", async app =>
        {
            var signedIn = await new TestApi(app).Send(
                HttpMethod.Post, "/api/v1/auth/login", $$"""{"email": "{{Owner.Email}}", "password": "{{Owner.Password}}"}""");
            var program = new TestApi(app, signedIn.Body.GetProperty("access_token").GetString());
            Assert.Equal(204, (await program.Send(HttpMethod.Delete, "/api/v1/auth/sessions?keep_this=true")).Status);
        });

    [Fact]
    public async Task An_open_page_goes_to_sign_in_within_five_seconds_when_the_person_is_disabled()
        => await Measure("/inbox", app => app.InBusiness(1, db => db.Set<Membership>().ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, MemberStatus.Disabled), Cancellation)));

    [Fact]
    public async Task An_open_page_goes_to_sign_in_within_five_seconds_when_the_business_asks_everybody_for_a_second_factor()
        => await Measure("/inbox", app => app.InMany(db => db.Set<Tenant>().ExecuteUpdateAsync(set => set.SetProperty(row => row.RequiresSecondFactor, true), Cancellation)));

    [Fact]
    public async Task An_open_page_closes_within_five_seconds_when_the_role_that_opened_it_is_taken()
    {
        var app = await GivenApp();
        var visit = await GivenVisit("owner", app.Address);
        var page = await SignedIn(visit, "/api-keys");
        await Expect(page.Locator("h1")).ToHaveTextAsync("API keys");

        var started = Stopwatch.GetTimestamp();
        await app.InBusiness(1, db => db.Set<MemberRole>().ExecuteUpdateAsync(
            set => set.SetProperty(row => row.RoleId, db.Set<Role>().Where(role => role.Key == "agent").Select(role => role.Id).First()), Cancellation));

        await Expect(page.Locator("h1")).Not.ToHaveTextAsync("API keys", new() { Timeout = Limit });
        Tell(started);
    }

    private async Task Measure(string path, Func<TestApp, Task> revoke)
    {
        var app = await GivenApp();
        var visit = await GivenVisit("agent", app.Address);
        var page = await SignedIn(visit, path);

        var started = Stopwatch.GetTimestamp();
        await revoke(app);

        await page.WaitForURLAsync("**/sign-in**", new() { Timeout = Limit, WaitUntil = WaitUntilState.Commit });
        Tell(started);
    }

    private static async Task<IPage> SignedIn(Visit visit, string path)
    {
        var page = await visit.OpenAsync("/sign-in");
        await new SignInScreen(page).SignIn(Owner.Email, Owner.Password);
        if (path != "/inbox")
        {
            await page.GotoAsync(path);
        }

        // The circuit is there when its socket is.
        await page.WaitForFunctionAsync("() => window.Blazor !== undefined");
        return page;
    }

    private static void Tell(long started)
        => TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s"));
}
