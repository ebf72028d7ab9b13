using System.Net;
using Inbox.Access;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access;

public abstract class SignInTests(TestDatabase database) : AppTests(database)
{
    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock };

    [Theory]
    [InlineData("/sign-in", "/inbox")]
    [InlineData("/sign-in?returnUrl=%2Fchannels", "/channels")]
    [InlineData("/sign-in?returnUrl=%2F%2Fevil.example", "/inbox")]
    [InlineData("/sign-in?returnUrl=https%3A%2F%2Fevil.example", "/inbox")]
    [InlineData("/sign-in?returnUrl=%2F%5Cevil.example", "/inbox")]
    public async Task The_right_password_leads_back_to_a_page_of_this_site(string path, string target)
    {
        await Given();
        using var door = new Door(App);

        using var answer = await door.SignIn(path: path);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(target, new Uri(App.Address, answer.Headers.Location!).AbsolutePath);
        Assert.Equal(App.Address.Port, new Uri(App.Address, answer.Headers.Location!).Port);
    }

    [Fact]
    public async Task Nobody_learns_whether_an_account_exists()
    {
        await Given();
        using var door = new Door(App);

        using var wrong = await door.SignIn(password: "wrong");
        var one = door.Page;
        using var absent = await door.SignIn(email: "nobody@flowers.example", password: "wrong");

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, absent.StatusCode);
        Assert.Equal(Sentence(one), Sentence(door.Page));
    }

    [Fact]
    public async Task After_five_wrong_passwords_the_right_one_waits_too_and_after_a_while_it_works()
    {
        await Given();
        using var door = new Door(App);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            using var wrong = await door.SignIn(password: "wrong");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var locked = await door.SignIn();
        Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
        Assert.NotNull(locked.Headers.RetryAfter);

        _clock.Advance(TimeSpan.FromMinutes(16));
        using var later = await door.SignIn();
        Assert.Equal(HttpStatusCode.Redirect, later.StatusCode);
    }

    [Fact]
    public async Task Attempts_at_once_count_like_attempts_in_a_row()
    {
        await Given();
        var doors = Enumerable.Range(0, 12).Select(_ => new Door(App)).ToList();
        foreach (var door in doors)
        {
            await door.Open("/sign-in");
        }

        var answers = await Task.WhenAll(doors.Select(door => door.Fill("/sign-in", ("Email", Door.Email), ("Password", "wrong"))));

        // Five are looked at; on a busy machine one of them may be told to come again later.
        Assert.Equal(7, App.Logs.Lines.Count(line => line.Text.StartsWith("Sign-in locked", StringComparison.Ordinal)));
        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized), 1, 5);
        doors.ForEach(door => door.Dispose());
    }

    [Fact]
    public async Task A_right_sign_in_counts_neither_against_its_account_nor_against_its_address()
    {
        await Given();
        using var door = new Door(App);
        using var wrong = await door.SignIn(password: "wrong");
        Assert.Equal([1, 1, 1], await Counted());

        using var right = await door.SignIn();

        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal([1, 2], await Counted());   // the wrong one of the address, and all of it, against a flood of right ones
    }

    [Fact]
    public async Task A_device_that_signed_in_before_is_not_locked_out_by_strangers()
    {
        using var own = await Given();
        await SignOut(own);
        using var stranger = new Door(App);
        for (var attempt = 0; attempt < 6; attempt++)
        {
            using var wrong = await stranger.SignIn(password: "wrong");
        }

        using var locked = await stranger.SignIn();
        using var known = await own.SignIn();

        Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, known.StatusCode);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_a_copy_of_its_cookie()
    {
        using var first = new Door(App);
        using var made = await first.SetUp();
        var copy = string.Join("; ", made.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
        Assert.Equal(HttpStatusCode.OK, await Copied(copy));

        await SignOut(first);

        Assert.Equal(HttpStatusCode.Unauthorized, await Me(first));
        Assert.Equal(HttpStatusCode.Unauthorized, await Copied(copy));
    }

    [Fact]
    public async Task A_session_ends_when_the_security_stamp_changes()
    {
        using var door = await Given();
        await using (var scope = App.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
            await users.UpdateSecurityStampAsync((await users.FindByEmailAsync(Door.Email))!);
        }

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(HttpStatusCode.Unauthorized, await Me(door));
    }

    [Fact]
    public async Task A_session_ends_when_the_person_leaves_the_business()
    {
        using var door = await Given();
        await App.InBusiness(1, db => db.Set<Membership>().ExecuteDeleteAsync(Cancellation));
        App.Services.GetRequiredService<Callers>().Forget(1);

        Assert.Equal(HttpStatusCode.Unauthorized, await Me(door));
    }

    [Fact]
    public async Task A_session_slides_while_it_is_used_and_ends_after_twelve_hours()
    {
        using var door = await Given();
        for (var minutes = 100; minutes < 12 * 60; minutes += 100)
        {
            _clock.Advance(TimeSpan.FromMinutes(100));
            Assert.Equal(HttpStatusCode.OK, await Me(door));
        }

        _clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(HttpStatusCode.Unauthorized, await Me(door));
    }

    [Fact]
    public async Task An_unused_session_ends()
    {
        using var door = await Given();

        _clock.Advance(TimeSpan.FromMinutes(161));

        Assert.Equal(HttpStatusCode.Unauthorized, await Me(door));
    }

    private async Task<Door> Given()
    {
        var door = new Door(App);
        using var made = await door.SetUp();
        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        return door;
    }

    private Task<List<int>> Counted()
        => App.InBusiness(1, db => db.Set<SignInFailure>().Where(failure => failure.Count > 0).Select(failure => failure.Count).Order().ToListAsync(Cancellation));

    private static async Task<HttpStatusCode> Me(Door door)
    {
        using var me = await door.Browser.GetAsync("/api/v1/auth/me", Cancellation);
        return me.StatusCode;
    }

    private async Task<HttpStatusCode> Copied(string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/me");
        request.Headers.Add("Cookie", cookie);
        using var me = await App.Http.SendAsync(request, Cancellation);
        return me.StatusCode;
    }

    private static async Task SignOut(Door door)
    {
        var token = await door.AntiforgeryToken();
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]);
        using var answer = await door.Browser.PostAsync("/sign-out", form, Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    private static string Sentence(string page) => page[page.IndexOf("role=\"alert\"", StringComparison.Ordinal)..][..100];
}

public sealed class SignInOnSqlite() : SignInTests(TestDatabase.Sqlite);

public sealed class SignInOnPostgreSql() : SignInTests(TestDatabase.PostgreSql);
