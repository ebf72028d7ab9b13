using System.Text.Json;
using Inbox.Access;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Channels.Website;

public sealed class WidgetHoursTestsOnSqlite() : WidgetHoursTests(TestDatabase.Sqlite);

public sealed class WidgetHoursTestsOnPostgreSql() : WidgetHoursTests(TestDatabase.PostgreSql);

/// <summary>What the chat shows that is set elsewhere: hours of the business or the department, who is there, colours and languages.</summary>
public abstract class WidgetHoursTests(TestDatabase database) : AppTests(database)
{
    private readonly TestClock _clock = Saturday();

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock };

    [Fact]
    public async Task Outside_the_hours_of_the_business_the_widget_says_when_it_opens()
    {
        var widget = await Widget.Given(App);
        Assert.Equal(("True", null, null), Hours(await widget.Settings()));

        await OfBusiness(widget, """{"time_zone": "Europe/Berlin", "business_hours": {"week": {"monday": [{"from": "09:00", "to": "17:00"}]} } }""");
        Assert.Equal(("False", "2027-05-03T07:00:00Z", null), Hours(await widget.Settings()));

        _clock.Advance(TimeSpan.FromHours(44));
        Assert.Equal(("True", null, "2027-05-03T15:00:00Z"), Hours(await widget.Settings()));
    }

    [Fact]
    public async Task The_hours_of_the_channel_s_department_go_before_those_of_the_business()
    {
        var widget = await Widget.Given(App);
        await OfBusiness(widget, """{"business_hours": {"week": {"monday": [{"from": "09:00", "to": "17:00"}]} } }""");
        var department = (await widget.Owner.Send(HttpMethod.Post, "/api/v1/departments", """{"name": "Night"}""")).Body.GetProperty("id");
        await widget.Owner.Send(HttpMethod.Put, widget.Path, $$"""{"department_id": {{department}} }""");
        Assert.Equal(("False", "2027-05-03T09:00:00Z", null), Hours(await widget.Settings()));

        var set = await widget.Owner.Send(HttpMethod.Put, $"/api/v1/departments/{department}/business-hours", """{"business_hours": {"week": {"saturday": [{"from": "10:00", "to": "20:00"}]} } }""");

        Assert.Equal(200, set.Status);
        Assert.Equal(("True", null, "2027-05-01T20:00:00Z"), Hours(await widget.Settings()));
    }

    [Fact]
    public async Task A_form_for_closed_hours_has_to_be_answered_only_then()
    {
        var widget = await Widget.Given(App, """, "pre_chat": {"show": "closed", "fields": [{"key": "privacy", "kind": "consent", "required": true, "labels": {"en": "I agree."} }]} """);
        Assert.Equal(202, (await Write(await widget.Visitor())).Status);

        await OfBusiness(widget, """{"business_hours": {"week": {"monday": [{"from": "09:00", "to": "17:00"}]} } }""");

        Assert.Equal(["answers.privacy"], (await Write(await widget.Visitor())).Fields);

        static Task<Answer> Write(TestApi visitor) => visitor.Send(HttpMethod.Post, "/api/v1/widget/messages", """{"client_key": "key-00001", "text": "Hi"}""");
    }

    [Fact]
    public async Task Somebody_is_there_when_a_person_is_online()
    {
        var widget = await Widget.Given(App);
        Assert.False((await widget.Settings()).GetProperty("agents_online").GetBoolean());

        await App.InMany(async db =>
        {
            var tenant = await db.Set<Tenancy.Tenant>().SingleAsync(row => row.Slug == widget.Slug, Cancellation);
            var user = new User { Email = "ann@example.com", UserName = "ann", Name = "Ann", CreatedAt = _clock.GetUtcNow().UtcDateTime };
            db.Add(user);
            await db.SaveChangesAsync(Cancellation);
            db.Add(new Membership { TenantId = tenant.Id, UserId = user.Id, CreatedAt = user.CreatedAt, SeenAt = user.CreatedAt, ActiveAt = user.CreatedAt });
            return await db.SaveChangesAsync(Cancellation);
        });

        Assert.True((await widget.Settings()).GetProperty("agents_online").GetBoolean());
    }

    [Fact]
    public async Task Colour_and_languages_are_those_of_the_business_until_the_chat_has_its_own()
    {
        var widget = await Widget.Given(App);
        Assert.Equal(("#4f46e5", 0), Look(await widget.Settings()));

        await OfBusiness(widget, """{"colour": "#0A7D4F", "languages": ["de", "en"]}""");
        Assert.Equal(("#0a7d4f", 2), Look(await widget.Settings()));

        await widget.Owner.Send(HttpMethod.Put, widget.Path, """{"settings": {"color": "#112233"} }""");
        Assert.Equal(("#112233", 2), Look(await widget.Settings()));
        await widget.Owner.Send(HttpMethod.Put, widget.Path, """{"settings": {"color": ""} }""");
        Assert.Equal(("#0a7d4f", 2), Look(await widget.Settings()));
    }

    private static TestClock Saturday()
    {
        var clock = new TestClock();
        clock.Advance(new DateTimeOffset(2027, 5, 1, 12, 0, 0, TimeSpan.Zero) - clock.GetUtcNow());
        return clock;
    }

    private static (string?, int) Look(JsonElement settings) => (settings.GetProperty("color").GetString(), settings.GetProperty("languages").GetArrayLength());

    private static (string, string?, string?) Hours(JsonElement settings)
    {
        var hours = settings.GetProperty("hours");
        return (hours.GetProperty("is_open").ToString(), hours.GetProperty("opens_at").GetString(), hours.GetProperty("closes_at").GetString());
    }

    private static async Task OfBusiness(Widget widget, string profile) => Assert.Equal(200, (await widget.Owner.Send(HttpMethod.Put, "/api/v1/company-profile", profile)).Status);
}
