using Inbox.Tests.Access.People;

namespace Inbox.Tests.Access;

public sealed class DepartmentHoursTestsOnSqlite() : DepartmentHoursTests(TestDatabase.Sqlite);

public sealed class DepartmentHoursTestsOnPostgreSql() : DepartmentHoursTests(TestDatabase.PostgreSql);

public abstract class DepartmentHoursTests(TestDatabase database) : AppTests(database)
{
    [Fact]
    public async Task A_department_goes_by_the_business_until_it_has_hours_of_its_own_and_again_without_them()
    {
        var team = await Team.In(App);
        var path = $"/api/v1/departments/{await team.GivenDepartment("Night")}/business-hours";
        await team.Api.Send(HttpMethod.Put, "/api/v1/company-profile", """{"time_zone": "Europe/Berlin", "business_hours": {"week": {"monday": [{"from": "09:00", "to": "12:00"}]}}}""");

        var before = (await team.Api.Send(HttpMethod.Get, path)).Body;
        Assert.Equal((false, "Europe/Berlin"), (before.GetProperty("is_own").GetBoolean(), before.GetProperty("time_zone").GetString()));
        Assert.Equal("09:00", Monday(before));

        var put = await team.Api.Send(HttpMethod.Put, path, """{"business_hours": {"week": {"monday": [{"from": "20:00", "to": "24:00"}]}, "holidays": [{"date": "2027-01-01", "name": "New Year"}]}, "time_zone": "Asia/Tokyo"}""");
        Assert.Equal(200, put.Status);
        var own = (await team.Api.Send(HttpMethod.Get, path)).Body;
        Assert.Equal((true, "Asia/Tokyo", "20:00"), (own.GetProperty("is_own").GetBoolean(), own.GetProperty("time_zone").GetString(), Monday(own)));
        Assert.Equal("09:00", Monday((await team.Api.Send(HttpMethod.Get, "/api/v1/company-profile")).Body));

        Assert.Equal(204, (await team.Api.Send(HttpMethod.Delete, path)).Status);
        Assert.Equal("09:00", Monday((await team.Api.Send(HttpMethod.Get, path)).Body));
    }

    [Fact]
    public async Task Who_saw_older_hours_overwrites_nothing()
    {
        var team = await Team.In(App);
        var path = $"/api/v1/departments/{await team.GivenDepartment("Night")}/business-hours";
        var seen = (await team.Api.Send(HttpMethod.Get, path)).Header("ETag")!;

        var first = await team.Api.Send(HttpMethod.Put, path, """{"business_hours": {"week": {}}}""", ("If-Match", seen));
        var second = await team.Api.Send(HttpMethod.Put, path, """{"business_hours": {"week": {"friday": [{"from": "09:00", "to": "10:00"}]}}}""", ("If-Match", seen));
        var removed = await team.Api.Send(HttpMethod.Delete, path, null, ("If-Match", seen));

        Assert.Equal((200, 412, 412), (first.Status, second.Status, removed.Status));
        Assert.Equal(204, (await team.Api.Send(HttpMethod.Delete, path, null, ("If-Match", first.Header("ETag")!))).Status);
    }

    [Fact]
    public async Task A_department_of_another_business_is_not_there()
    {
        var (ours, theirs) = (await Team.In(App), await Team.In(App, "Other"));
        var path = $"/api/v1/departments/{await ours.GivenDepartment("Night")}/business-hours";

        foreach (var (method, body) in new[] { (HttpMethod.Get, null), (HttpMethod.Put, """{"business_hours": {"week": {}}}"""), (HttpMethod.Delete, null) })
        {
            var answer = await theirs.Api.Send(method, path, body);
            Assert.Equal((404, "department_not_found"), (answer.Status, answer.Code));
        }

        Assert.Equal(404, (await ours.Api.Send(HttpMethod.Get, "/api/v1/departments/0/business-hours")).Status);
    }

    [Theory]
    [InlineData("""{"business_hours": {"week": {"monday": [{"from": "22:00", "to": "02:00"}]}}}""", 422, "business_hours.week.monday")]
    [InlineData("""{"business_hours": {"week": {}}, "time_zone": "Mars/Olympus"}""", 422, "time_zone")]
    [InlineData("""{"time_zone": "Europe/Berlin"}""", 400, "business_hours")]
    public async Task Hours_that_cannot_be_are_named(string json, int status, string field)
    {
        var team = await Team.In(App);

        var answer = await team.Api.Send(HttpMethod.Put, $"/api/v1/departments/{await team.GivenDepartment("Night")}/business-hours", json);

        Assert.Equal(status, answer.Status);
        Assert.Contains(field, answer.Fields);
    }

    private static string? Monday(System.Text.Json.JsonElement body) => body.GetProperty("business_hours").GetProperty("week").GetProperty("monday")[0].GetProperty("from").GetString();
}
