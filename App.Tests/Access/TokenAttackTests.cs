using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Access.Keys;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access;

/// <summary>Tokens that somebody made or changed. The signing key is known here, so that each differs from a good one in one thing.</summary>
public sealed class TokenAttackTests : AppTests
{
    private const string Secret = "the signing key of this test 0123456789";

    private readonly TestClock _clock = new();
    private readonly CountingHasher _hasher = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Clock = _clock,
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Setup:Email"] = Door.Email,
            ["Inbox:Setup:Password"] = Door.Password,
            ["Inbox:Setup:Business"] = "Flowers",
            ["Inbox:Auth:SigningKey"] = Secret,
        },
        Services = services => services.AddSingleton<IPasswordHasher<Inbox.Access.User>>(_hasher),
    };

    [Fact]
    public async Task A_token_made_with_the_right_key_and_claims_is_the_same_as_ours()
        => Assert.Equal(200, await Me(Signed(await Claims(), Header())));

    public static TheoryData<string> Tricks =>
    [
        "none", "None", "no signature", "wrong key", "HS512", "RS256", "wrong audience", "no audience", "wrong issuer", "no issuer", "expired", "no expiry", "future",
        "issued in the future", "typ JWT", "no typ", "jku", "jwk", "x5u", "kid with a wrong key", "kid of a file", "changed claims", "another person", "another session", "no session",
        "four parts", "empty parts", "not Base64",
    ];

    [Theory]
    [MemberData(nameof(Tricks))]
    public async Task No_other_token_is_taken(string trick)
    {
        var claims = await Claims();
        var header = Header();
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var wrongKey = RandomNumberGenerator.GetBytes(32);
        string token;
        switch (trick)
        {
            case "none" or "None":
                header["alg"] = trick;
                token = $"{Part(header)}.{Part(claims)}.";
                break;
            case "no signature":
                token = $"{Part(header)}.{Part(claims)}.";
                break;
            case "wrong key":
                token = Signed(claims, header, wrongKey);
                break;
            case "HS512" or "RS256":
                header["alg"] = trick;
                token = trick == "HS512" ? Signed(claims, header, sign: HMACSHA512.HashData) : Signed(claims, header);
                break;
            case "jku" or "x5u":
                header[trick] = $"{App.Address}keys.json";
                token = Signed(claims, header, wrongKey);
                break;
            case "jwk":
                header["jwk"] = new JsonObject { ["kty"] = "oct", ["k"] = Base64Url.EncodeToString(wrongKey) };
                token = Signed(claims, header, wrongKey);
                break;
            case "kid with a wrong key":
                header["kid"] = "1";
                token = Signed(claims, header, wrongKey);
                break;
            case "kid of a file":
                header["kid"] = "../../../../dev/null";
                token = Signed(claims, header, []);
                break;
            case "typ JWT":
                header["typ"] = "JWT";
                token = Signed(claims, header);
                break;
            case "no typ":
                header.Remove("typ");
                token = Signed(claims, header);
                break;
            case "changed claims":
                var parts = Signed(claims, header).Split('.');
                claims["sub"] = "2";
                token = $"{parts[0]}.{Part(claims)}.{parts[2]}";
                break;
            case "four parts":
                token = Signed(claims, header) + ".x";
                break;
            case "empty parts":
                token = "..";
                break;
            case "not Base64":
                token = "!!.??.##";
                break;
            default:
                Change(claims, trick, now);
                token = Signed(claims, header);
                break;
        }

        Assert.Equal(401, await Me(token));
    }

    [Fact]
    public async Task A_refresh_token_is_no_access_token_and_an_access_token_refreshes_nothing()
    {
        var pair = (await Login()).Body;
        var refresh = pair.GetProperty("refresh_token").GetString()!;
        var access = pair.GetProperty("access_token").GetString()!;

        Assert.Equal(401, await Me(refresh));
        var answer = await new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/refresh", JsonSerializer.Serialize(new { refresh_token = access }));
        Assert.Equal((401, "invalid_refresh_token"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_hash_is_verified_also_for_an_account_that_does_not_exist()
    {
        await Login(password: "wrong");
        var known = _hasher.Verified;

        await Login("nobody@flowers.example", "wrong");

        Assert.Equal(1, known);
        Assert.Equal(2, _hasher.Verified);
    }

    [Fact]
    public async Task Wrong_passwords_lock_the_pair_of_account_and_address_and_say_for_how_long()
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            Assert.Equal(401, (await Login(password: "wrong")).Status);
        }

        var locked = await Login();

        Assert.Equal((429, "too_many_attempts"), (locked.Status, locked.Code));
        Assert.InRange(int.Parse(locked.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 900);
        Assert.Equal(5, _hasher.Verified);
        _clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(200, (await Login()).Status);
    }

    [Fact]
    public async Task A_session_that_was_planted_is_not_the_one_after_signing_in()
    {
        using var victim = new Door(App);
        using var planted = await victim.SignIn();
        var before = Cookies(planted);
        using var again = await victim.Browser.GetAsync("/api/v1/auth/me", Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.OK, again.StatusCode);

        await victim.Open("/not-there");
        var token = await victim.AntiforgeryToken();
        var answer = await Send(victim.Browser, "/api/v1/auth/login?cookie=true", token);

        Assert.NotEqual(before, Cookies(answer));
        using var old = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/me");
        old.Headers.Add("Cookie", before);
        using var refused = await App.Http.SendAsync(old, Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/api/v1/auth/logout")]
    [InlineData("DELETE", "/api/v1/auth/sessions")]
    [InlineData("DELETE", "/api/v1/auth/sessions/1")]
    public async Task A_cookie_alone_changes_nothing(string method, string path)
    {
        using var door = new Door(App);
        using var signedIn = await door.SignIn();
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);

        using var answer = await door.Browser.SendAsync(request, Cancellation);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("antiforgery_token_missing", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        using var me = await door.Browser.GetAsync("/api/v1/auth/me", Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.OK, me.StatusCode);
    }

    private static void Change(JsonObject claims, string trick, long now)
    {
        switch (trick)
        {
            case "wrong audience": claims["aud"] = "another-api"; break;
            case "no audience": claims.Remove("aud"); break;
            case "wrong issuer": claims["iss"] = "somebody"; break;
            case "no issuer": claims.Remove("iss"); break;
            case "expired": claims["exp"] = now - 1; break;
            case "no expiry": claims.Remove("exp"); break;
            case "future": claims["nbf"] = now + 3600; break;
            case "issued in the future": claims["iat"] = now + 3600; break;
            case "another person": claims["sub"] = "2"; break;
            case "another session": claims["sid"] = new string('a', 32); break;
            case "no session": claims.Remove("sid"); break;
            default: throw new InvalidOperationException(trick);
        }
    }

    private static string Cookies(HttpResponseMessage answer)
        => answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]).Single(cookie => cookie.StartsWith("inbox-session=", StringComparison.Ordinal));

    private static async Task<HttpResponseMessage> Send(HttpClient browser, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(JsonSerializer.Serialize(new { username = Door.Email, password = Door.Password }), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-CSRF-TOKEN", token);
        return await browser.SendAsync(request, Cancellation);
    }

    private Task<Answer> Login(string email = Door.Email, string password = Door.Password)
        => new TestApi(App).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { email, password }));

    private async Task<int> Me(string token) => (await new TestApi(App, token).Send(HttpMethod.Get, "/api/v1/auth/me")).Status;

    private async Task<JsonObject> Claims()
        => JsonNode.Parse(Base64Url.DecodeFromChars((await Login()).Body.GetProperty("access_token").GetString()!.Split('.')[1]))!.AsObject();

    private static JsonObject Header() => new() { ["alg"] = "HS256", ["typ"] = "at+jwt" };

    private static string Part(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private static string Signed(JsonObject claims, JsonObject header, byte[]? key = null, Func<byte[], byte[], byte[]>? sign = null)
    {
        key ??= HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(Secret), KeyRing.KeySize, info: "access-token"u8.ToArray());
        var text = $"{Part(header)}.{Part(claims)}";
        return $"{text}.{Base64Url.EncodeToString((sign ?? HMACSHA256.HashData)(key, Encoding.UTF8.GetBytes(text)))}";
    }

    private sealed class CountingHasher : PasswordHasher<Inbox.Access.User>
    {
        private int _verified;

        public int Verified => Volatile.Read(ref _verified);

        public override PasswordVerificationResult VerifyHashedPassword(Inbox.Access.User user, string hashedPassword, string providedPassword)
        {
            Interlocked.Increment(ref _verified);
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
