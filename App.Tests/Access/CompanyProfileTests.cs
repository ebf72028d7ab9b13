using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Inbox.Tests.Access;

public abstract class CompanyProfileTests(TestDatabase database) : AppTests(database)
{
    private const string Address = "/api/v1/company-profile";

    private readonly TestClock _clock = new();

    [Fact]
    public async Task A_business_says_who_it_is_and_when_it_is_open()
    {
        var shop = await TestApi.OfBusiness(App);
        var wednesday = DateOnly.FromDateTime(_clock.UtcNow).AddDays(1 + ((int)(DayOfWeek.Tuesday - _clock.UtcNow.DayOfWeek + 7) % 7));
        _clock.Advance(wednesday.ToDateTime(new TimeOnly(8, 30)) - _clock.UtcNow);

        var changed = await shop.Send(HttpMethod.Put, Address, $$"""
            {
              "name": "Corner Shop", "email": "hello@shop.example", "time_zone": "Europe/Berlin", "colour": "#2A4DD7", "website": "https://shop.example", "phone": "+49 30 1234",
              "address": {"street": "Lange Straße 1", "postal_code": "10115", "city": "Berlin", "country": "de"}, "languages": ["de", "en", "pt-BR"],
              "business_hours": {
                "week": {"wednesday": [{"from": "14:00", "to": "18:00"}, {"from": "09:00", "to": "13:00"}]},
                "holidays": [{"date": "{{wednesday.AddDays(20):yyyy-MM-dd}}", "name": "Feast"}, {"date": "{{wednesday.AddDays(7):yyyy-MM-dd}}", "name": "Stocktaking", "open": [{"from": "16:00", "to": "24:00"}]}]
              }
            }
            """);
        var read = await shop.Send(HttpMethod.Get, Address);

        Assert.Equal(200, changed.Status);
        Assert.Equal(changed.Body.GetProperty("business_hours").GetRawText(), read.Body.GetProperty("business_hours").GetRawText());
        Assert.Equal("Corner Shop", read.Body.GetProperty("name").GetString());
        Assert.Equal("#2a4dd7", read.Body.GetProperty("colour").GetString());
        Assert.Equal("DE", read.Body.GetProperty("address").GetProperty("country").GetString());
        Assert.Equal(["de", "en", "pt-BR"], read.Body.GetProperty("languages").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("09:00", read.Body.GetProperty("business_hours").GetProperty("week").GetProperty("wednesday")[0].GetProperty("from").GetString());
        Assert.Empty(read.Body.GetProperty("business_hours").GetProperty("week").GetProperty("monday").EnumerateArray());
        Assert.True(read.Body.GetProperty("is_open").GetBoolean());
        Assert.Equal(InBerlin(wednesday, 13), read.Body.GetProperty("closes_at").GetDateTime());

        _clock.Advance(TimeSpan.FromHours(10));
        var evening = (await shop.Send(HttpMethod.Get, Address)).Body;
        Assert.False(evening.GetProperty("is_open").GetBoolean());
        Assert.Equal(InBerlin(wednesday.AddDays(7), 16), evening.GetProperty("opens_at").GetDateTime());

        static DateTime InBerlin(DateOnly date, int hour) => TimeZoneInfo.ConvertTimeToUtc(date.ToDateTime(new TimeOnly(hour, 0)), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
    }

    [Fact]
    public async Task What_is_left_out_stays_and_an_empty_text_removes()
    {
        var shop = await TestApi.OfBusiness(App);
        await shop.Send(HttpMethod.Put, Address, """{"website": "https://shop.example", "phone": "+49 30 1234", "business_hours": {"week": {"monday": [{"from": "09:00", "to": "12:00"}]}}}""");

        var body = (await shop.Send(HttpMethod.Put, Address, """{"phone": ""}""")).Body;

        Assert.Equal("https://shop.example", body.GetProperty("website").GetString());
        Assert.Equal(JsonValueKind.Null, body.GetProperty("phone").ValueKind);
        Assert.Equal(1, body.GetProperty("business_hours").GetProperty("week").GetProperty("monday").GetArrayLength());
    }

    [Fact]
    public async Task Nobody_sees_or_changes_the_profile_of_another_business()
    {
        var shop = await TestApi.OfBusiness(App);
        var other = await TestApi.OfBusiness(App);
        await shop.Send(HttpMethod.Put, Address, """{"name": "Corner Shop", "business_hours": {"week": {}}}""");
        await other.Send(HttpMethod.Put, Address, """{"name": "Other", "phone": "+1 555"}""");

        var read = (await shop.Send(HttpMethod.Get, Address)).Body;

        Assert.Equal("Corner Shop", read.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, read.GetProperty("phone").ValueKind);
        Assert.True((await other.Send(HttpMethod.Get, Address)).Body.GetProperty("is_open").GetBoolean());
        Assert.Equal(403, (await new TestApi(App, TestApp.MasterKey).Send(HttpMethod.Get, Address)).Status);
    }

    [Theory]
    [InlineData("""{"name": " "}""", "name")]
    [InlineData("""{"email": "x"}""", "email")]
    [InlineData("""{"time_zone": "Mars/Olympus"}""", "time_zone")]
    [InlineData("""{"time_zone": "W. Europe Standard Time"}""", "time_zone")]
    [InlineData("""{"colour": "red"}""", "colour")]
    [InlineData("""{"colour": "#2a4dd7;x"}""", "colour")]
    [InlineData("""{"website": "javascript:alert(1)"}""", "website")]
    [InlineData("""{"phone": "call me"}""", "phone")]
    [InlineData("""{"address": {"country": "Germany"}}""", "country")]
    [InlineData("""{"languages": ["en", "<b>"]}""", "languages")]
    [InlineData("""{"languages": [null]}""", "languages")]
    [InlineData("""{"business_hours": {"week": {"someday": []}}}""", "business_hours.week.someday")]
    [InlineData("""{"business_hours": {"week": {"monday": [{"from": "22:00", "to": "02:00"}]}}}""", "business_hours.week.monday")]
    [InlineData("""{"business_hours": {"week": {"monday": [{"from": "09:00", "to": "09:00"}]}}}""", "business_hours.week.monday")]
    [InlineData("""{"business_hours": {"week": {"monday": [{"from": "9", "to": "10:00"}]}}}""", "business_hours.week.monday")]
    [InlineData("""{"business_hours": {"week": {"monday": [{"from": "09:00", "to": "24:01"}]}}}""", "business_hours.week.monday")]
    [InlineData("""{"business_hours": {"week": {"monday": [{"from": "09:00", "to": "12:00"}, {"from": "11:00", "to": "13:00"}]}}}""", "business_hours.week.monday")]
    [InlineData("""{"business_hours": {"week": {"monday": [null]}}}""", "business_hours.week.monday")]
    [InlineData("""{"business_hours": {"week": {}, "holidays": [{"date": "2026-12-25", "name": " "}]}}""", "business_hours.holidays.0.name")]
    [InlineData("""{"business_hours": {"week": {}, "holidays": [{"date": "2026-12-25", "name": "a"}, {"date": "2026-12-25", "name": "b"}]}}""", "business_hours.holidays.1.date")]
    public async Task A_value_that_breaks_a_rule_is_named_and_nothing_is_changed(string json, string field)
    {
        var shop = await TestApi.OfBusiness(App);
        var before = (await shop.Send(HttpMethod.Get, Address)).Body.GetRawText();

        var answer = await shop.Send(HttpMethod.Put, Address, json);

        Assert.Equal((422, "invalid_value"), (answer.Status, answer.Code));
        Assert.Contains(field, answer.Fields);
        Assert.Equal(before, (await shop.Send(HttpMethod.Get, Address)).Body.GetRawText());
    }

    [Theory]
    [InlineData("""{"business_hours": {}}""")]
    [InlineData("""{"business_hours": {"week": {"monday": "closed"}}}""")]
    [InlineData("""{"business_hours": {"week": {}, "holidays": [{"date": "25.12.2026", "name": "a"}]}}""")]
    [InlineData("""{"address": {"planet": "Mars"}}""")]
    [InlineData("""{"tenant_id": 2}""")]
    public async Task A_body_of_another_shape_is_400(string json)
    {
        var answer = await (await TestApi.OfBusiness(App)).Send(HttpMethod.Put, Address, json);

        Assert.Equal((400, "invalid_body"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Of_two_people_who_edit_at_once_the_second_is_told()
    {
        var shop = await TestApi.OfBusiness(App);
        var version = (await shop.Send(HttpMethod.Get, Address)).Body.GetProperty("version").GetInt64();

        Assert.Equal(200, (await shop.Send(HttpMethod.Put, Address, $$"""{"phone": "+1 1", "version": {{version}}}""")).Status);
        var second = await shop.Send(HttpMethod.Put, Address, $$"""{"phone": "+1 2", "version": {{version}}}""");

        Assert.Equal((409, "changed_meanwhile"), (second.Status, second.Code));
        Assert.Equal("+1 1", (await shop.Send(HttpMethod.Get, Address)).Body.GetProperty("phone").GetString());
    }

    [Fact]
    public async Task Who_saw_an_older_profile_overwrites_nothing()
    {
        var shop = await TestApi.OfBusiness(App);
        var seen = (await shop.Send(HttpMethod.Get, Address)).Header("ETag")!;

        var first = await shop.Send(HttpMethod.Put, Address, """{"phone": "+1 1"}""", ("If-Match", seen));
        var second = await shop.Send(HttpMethod.Put, Address, """{"phone": "+1 2"}""", ("If-Match", seen));

        Assert.Equal((200, 412, "version_stale"), (first.Status, second.Status, second.Code));
        Assert.NotEqual(seen, first.Header("ETag"));
        Assert.Equal("+1 1", (await shop.Send(HttpMethod.Get, Address)).Body.GetProperty("phone").GetString());
        Assert.Equal(200, (await shop.Send(HttpMethod.Put, Address, """{"phone": "+1 3"}""", ("If-Match", first.Header("ETag")!))).Status);
    }

    [Fact]
    public async Task A_logo_is_shown_under_a_random_name_and_runs_nothing()
    {
        var (key, _) = await Business();

        var (status, body) = await Upload(key, Pictures.Png(64, 64), "../../evil.svg", "image/svg+xml");
        var address = body.GetProperty("logo_url").GetString()!;
        using var shown = await App.Http.GetAsync(address, Cancellation);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Matches("^/pictures/[0-9a-f]{32}[.]png$", address);
        Assert.Equal("image/png", shown.Content.Headers.ContentType?.MediaType);
        Assert.Contains("sandbox", Assert.Single(shown.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(shown.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal(Pictures.Png(64, 64), await shown.Content.ReadAsByteArrayAsync(Cancellation));

        var (_, next) = await Upload(key, Pictures.Png(32, 32));
        Assert.NotEqual(address, next.GetProperty("logo_url").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await App.Http.GetAsync(address, Cancellation)).StatusCode);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(App.Storage.DataDirectory, "media"), "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 415, "unsupported_picture")]
    [InlineData("<script>alert(1)</script>", 415, "unsupported_picture")]
    [InlineData("", 415, "unsupported_picture")]
    public async Task What_is_no_picture_is_refused(string text, int status, string code)
    {
        var (key, _) = await Business();

        var (answered, body) = await Upload(key, System.Text.Encoding.UTF8.GetBytes(text), "logo.png", "image/png");

        Assert.Equal((status, code), ((int)answered, body.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_logo_that_is_too_large_is_refused()
    {
        var (key, _) = await Business();

        var (heavy, _) = await Upload(key, [.. Pictures.Png(64, 64), .. new byte[512 * 1024]]);
        var (wide, body) = await Upload(key, Pictures.Png(100_000, 2));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, heavy);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "picture_too_large"), (wide, body.GetProperty("code").GetString()));
    }

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock };

    private async Task<(string Key, long Id)> Business()
    {
        var made = await new TestApi(App, TestApp.MasterKey).Send(HttpMethod.Post, "/api/v1/businesses", """{"business_name": "Shop"}""");
        return (made.Body.GetProperty("internal_api_key").GetString()!, made.Body.GetProperty("business_id").GetInt64());
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> Upload(string key, byte[] bytes, string name = "logo.png", string type = "image/png")
    {
        using var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var form = new MultipartFormDataContent { { file, "file", name } };
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Address}/logo") { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await App.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return (response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }
}

public sealed class CompanyProfileOnSqlite() : CompanyProfileTests(TestDatabase.Sqlite);

public sealed class CompanyProfileOnPostgreSql() : CompanyProfileTests(TestDatabase.PostgreSql);
