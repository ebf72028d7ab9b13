using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Inbox.Access;
using Inbox.Access.Factors;
using Inbox.Access.Sessions;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access;

public abstract class FactorTests(TestDatabase database) : AppTests(database)
{
    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Clock = _clock,
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Setup:Email"] = Door.Email,
            ["Inbox:Setup:Password"] = Door.Password,
            ["Inbox:Setup:Business"] = "Flowers",
        },
    };

    [Fact]
    public async Task A_second_factor_is_asked_for_and_each_code_is_taken_once()
    {
        var (_, secret, _) = await GivenFactor();

        var without = await Login();
        Assert.Equal((401, "otp_required"), (without.Status, without.Code));
        Assert.Equal((401, "invalid_otp"), await LoginCode("000000"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        var code = Code(secret);
        Assert.Equal((200, null), await LoginCode(code));
        Assert.Equal((401, "invalid_otp"), await LoginCode(code));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((200, null), await LoginCode(Code(secret)));
    }

    [Fact]
    public async Task The_code_that_switched_it_on_does_not_sign_in()
    {
        var (_, secret, _) = await GivenFactor();

        Assert.Equal((401, "invalid_otp"), await LoginCode(Code(secret)));
    }

    [Fact]
    public async Task A_recovery_code_works_once_also_when_it_comes_twice_at_once()
    {
        var (_, _, codes) = await GivenFactor();
        Assert.Equal(10, codes.Distinct().Count());

        var answers = await Task.WhenAll(LoginCode(codes[0]), LoginCode(codes[0]));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.Equal((200, null), await LoginCode(codes[1].ToLowerInvariant().Replace('-', ' ')));
        Assert.DoesNotContain(codes[2].Replace("-", "", StringComparison.Ordinal), string.Join(' ', await App.InMany(db => db.Set<RecoveryCode>().Select(code => code.Hash).ToListAsync(Cancellation))), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Wrong_codes_are_counted_for_the_person()
    {
        var (_, secret, _) = await GivenFactor();
        _clock.Advance(TimeSpan.FromMinutes(1));
        for (var attempt = 0; attempt < 10; attempt++)
        {
            Assert.Equal((401, "invalid_otp"), await LoginCode("000000"));
        }

        Assert.Equal((429, "too_many_attempts"), await LoginCode(Code(secret)));
    }

    [Fact]
    public async Task Switching_it_on_ends_the_other_sessions_and_off_again_needs_a_fresh_proof()
    {
        var other = Api(await Login());
        var (owner, _, _) = await GivenFactor();
        Assert.Equal(401, (await other.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);

        _clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal("reauthentication_required", (await owner.Send(HttpMethod.Delete, "/api/v1/auth/second-factor")).Code);
        Assert.Equal(204, (await owner.Send(HttpMethod.Post, "/api/v1/auth/reauthenticate", JsonSerializer.Serialize(new { password = Door.Password }))).Status);
        Assert.Equal(204, (await owner.Send(HttpMethod.Delete, "/api/v1/auth/second-factor")).Status);
        Assert.Equal(200, (await Login()).Status);
        var rows = await App.InBusiness(1, db => db.Set<AuditEvent>().Where(row => row.Action.StartsWith("second_factor.")).OrderBy(row => row.Sequence).Select(row => row.Action).ToListAsync(Cancellation));
        Assert.Equal(["second_factor.enabled", "second_factor.disabled"], rows);
    }

    [Fact]
    public async Task The_secret_is_stored_encrypted()
    {
        var (_, secret, _) = await GivenFactor();

        var stored = await App.InMany(db => db.Set<Authenticator>().Select(row => row.Secret).SingleAsync(Cancellation));

        Assert.DoesNotContain(secret, System.Text.Encoding.Latin1.GetString(stored), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_business_that_asks_for_it_lets_nobody_in_before_it_is_set_up_at_sign_in()
    {
        await App.InMany(db => db.Set<Tenant>().ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.RequiresSecondFactor, true), Cancellation));
        var program = await Login();
        Assert.Equal((403, "second_factor_required"), (program.Status, program.Code));
        using var door = new Door(App);

        using var signIn = await door.SignIn();
        Assert.StartsWith("/sign-in/second-factor", Path(signIn), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await Me(door));
        Assert.Equal(HttpStatusCode.OK, await door.Open("/sign-in/second-factor"));
        Assert.Contains("data:image/png;base64,", door.Page, StringComparison.Ordinal);
        using var wrong = await door.Fill("/sign-in/second-factor", ("Code", "000000"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await Me(door));
        using var done = await door.Fill("/sign-in/second-factor", ("Code", Code(SecretOf(door.Page))));

        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Contains("recovery-codes", door.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await Me(door));
        using var state = await door.Browser.GetAsync("/api/v1/auth/second-factor", Cancellation);
        var answer = JsonElement.Parse(await state.Content.ReadAsStringAsync(Cancellation));
        Assert.True(answer.GetProperty("is_enabled").GetBoolean() && answer.GetProperty("is_required").GetBoolean());
    }

    [Fact]
    public async Task The_page_asks_for_the_code_after_the_password_and_only_then()
    {
        var (_, secret, _) = await GivenFactor();
        _clock.Advance(TimeSpan.FromMinutes(1));
        using var door = new Door(App);
        Assert.Equal(HttpStatusCode.Redirect, await door.Open("/sign-in/code"));

        using var password = await door.SignIn(path: "/sign-in?returnUrl=%2Fchannels");
        Assert.StartsWith("/sign-in/code", Path(password), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await Me(door));
        await door.Open(Path(password));
        using var wrong = await door.Fill(Path(password), ("Code", "000000"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        using var right = await door.Fill(Path(password), ("Code", Code(secret)));

        Assert.Equal("/channels", Path(right));
        Assert.Equal(HttpStatusCode.OK, await Me(door));
    }

    [Fact]
    public async Task Where_a_factor_is_asked_for_the_password_of_somebody_with_a_passkey_sets_up_nothing()
    {
        await GivenPasskey();
        await App.InMany(db => db.Set<Tenant>().ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.RequiresSecondFactor, true), Cancellation));
        using var door = new Door(App);

        var program = await Login();
        Assert.Equal((403, "passkey_required"), (program.Status, program.Code));
        using var signIn = await door.SignIn();
        Assert.Equal(HttpStatusCode.Forbidden, signIn.StatusCode);
        Assert.Contains("Sign in with your passkey", door.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, await door.Open("/sign-in/second-factor"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Me(door));
    }

    [Fact]
    public async Task A_session_that_was_begun_with_the_password_alone_changes_no_factor_of_somebody_with_a_passkey()
    {
        var passkey = await GivenPasskey();
        var owner = Api(await Login());

        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "/api/v1/auth/second-factor"), (HttpMethod.Post, "/api/v1/auth/passkeys/options"), (HttpMethod.Delete, $"/api/v1/auth/passkeys/{passkey}"),
        })
        {
            var answer = await owner.Send(method, path);
            Assert.Equal((403, "passkey_required"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task Removing_a_passkey_ends_the_other_sessions_and_the_last_one_stays_where_a_factor_is_asked_for()
    {
        var (passkey, last) = (await GivenPasskey(1), await GivenPasskey(2));
        var (owner, other) = (Api(await Login()), Api(await Login()));
        await App.InMany(db => db.Set<Session>().ExecuteUpdateAsync(set => set.SetProperty(session => session.HasFactor, true), Cancellation));
        await App.InMany(db => db.Set<Tenant>().ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.RequiresSecondFactor, true), Cancellation));

        Assert.Equal(204, (await owner.Send(HttpMethod.Delete, $"/api/v1/auth/passkeys/{passkey}")).Status);
        Assert.Equal(401, (await other.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
        var refused = await owner.Send(HttpMethod.Delete, $"/api/v1/auth/passkeys/{last}");
        Assert.Equal((409, "second_factor_required"), (refused.Status, refused.Code));
        Assert.Equal(200, (await owner.Send(HttpMethod.Get, "/api/v1/auth/me")).Status);
    }

    [Fact]
    public async Task What_somebody_began_to_set_up_is_shown_to_nobody_else_who_knows_the_password()
    {
        var begun = (await Api(await Login()).Send(HttpMethod.Post, "/api/v1/auth/second-factor")).Body.GetProperty("secret").GetString()!;
        await App.InMany(db => db.Set<Tenant>().ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.RequiresSecondFactor, true), Cancellation));
        using var door = new Door(App);
        using var elsewhere = new Door(App);
        foreach (var browser in new[] { door, elsewhere })
        {
            using var signIn = await browser.SignIn();
            await browser.Open("/sign-in/second-factor");
        }

        var mine = SecretOf(door.Page);
        Assert.Equal(3, new[] { begun, mine, SecretOf(elsewhere.Page) }.Distinct().Count());
        await door.Open("/sign-in/second-factor");
        Assert.Equal(mine, SecretOf(door.Page));
        using var foreign = await door.Fill("/sign-in/second-factor", ("Code", Code(begun)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, foreign.StatusCode);
        using var own = await door.Fill("/sign-in/second-factor", ("Code", Code(mine)));
        Assert.Equal(HttpStatusCode.OK, await Me(door));
    }

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_RFC(long seconds, string code)
        => Assert.Equal(code, Totp.CodeAt("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));   // RFC 6238, appendix B, last six digits

    private async Task<(TestApi Owner, string Secret, IReadOnlyList<string> Codes)> GivenFactor()
    {
        var owner = Api(await Login());
        var begun = await owner.Send(HttpMethod.Post, "/api/v1/auth/second-factor");
        var secret = begun.Body.GetProperty("secret").GetString()!;
        Assert.StartsWith("otpauth://totp/Inbox:anna%40flowers.example?secret=", begun.Body.GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, (await Login()).Status);   // not asked for before it is confirmed
        var confirmed = await owner.Send(HttpMethod.Post, "/api/v1/auth/second-factor/confirm", JsonSerializer.Serialize(new { code = Code(secret) }));
        Assert.Equal(200, confirmed.Status);
        return (owner, secret, [.. confirmed.Body.GetProperty("recovery_codes").EnumerateArray().Select(code => code.GetString()!)]);
    }

    /// <returns>Its id.</returns>
    private async Task<string> GivenPasskey(byte number = 1)
    {
        await App.InMany(async db =>
        {
            db.Add(new IdentityUserPasskey<long>
            {
                UserId = await db.Set<User>().Where(user => user.Email == Door.Email).Select(user => user.Id).SingleAsync(Cancellation),
                CredentialId = [number, 2, 3],
                Data = new IdentityPasskeyData { PublicKey = [1], Name = "Key", CreatedAt = _clock.GetUtcNow(), AttestationObject = [1], ClientDataJson = [1] },
            });
            await db.SaveChangesAsync(Cancellation);
            return true;
        });
        return Base64Url.EncodeToString([number, 2, 3]);
    }

    private string Code(string secret) => Totp.CodeAt(secret, Totp.StepAt(_clock.GetUtcNow()));

    private static string SecretOf(string page) => page.Split("data-copy=\"")[1].Split('"')[0].Replace(" ", "", StringComparison.Ordinal);

    private string Path(HttpResponseMessage answer) => new Uri(App.Address, answer.Headers.Location!).PathAndQuery;

    private static async Task<HttpStatusCode> Me(Door door)
    {
        using var me = await door.Browser.GetAsync("/api/v1/auth/me", Cancellation);
        return me.StatusCode;
    }

    private TestApi Api(Answer pair) => new(App, pair.Body.GetProperty("access_token").GetString());

    private async Task<(int Status, string? Code)> LoginCode(string otp)
    {
        var answer = await Login(otp);
        return (answer.Status, answer.Code);
    }

    private Task<Answer> Login(string? otp = null)
        => new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { username = Door.Email, password = Door.Password, otp }));
}

public sealed class FactorsOnSqlite() : FactorTests(TestDatabase.Sqlite);

public sealed class FactorsOnPostgreSql() : FactorTests(TestDatabase.PostgreSql);
