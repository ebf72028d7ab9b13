using System.Diagnostics;
using System.Text.Json;
using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access;

/// <summary>Two nodes on one database: what one of them ends, the other refuses within five seconds.</summary>
public sealed class RevocationTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_node_revokes_the_other_refuses_within_five_seconds()
    {
        await using var storage = await TestStorage.CreateAsync(TestDatabase.PostgreSql);
        var options = new TestAppOptions
        {
            Database = TestDatabase.PostgreSql,
            Settings = new Dictionary<string, string?>
            {
                ["Inbox:Setup:Email"] = Door.Email,
                ["Inbox:Setup:Password"] = Door.Password,
                ["Inbox:Setup:Business"] = "Flowers",
            },
        };
        await using var one = await TestApp.StartAsync(options, storage);
        await using var two = await TestApp.StartAsync(options, storage);
        var first = await Login(one);
        var second = await Login(one);

        Assert.Equal(200, await Me(two, first));
        Assert.Equal(204, (await new TestApi(one, first).Send(HttpMethod.Post, "/api/v1/auth/logout")).Status);
        Assert.Equal(401, await Me(one, first));
        await Within(async () => await Me(two, first) == 401);

        // The rule of the business holds on both, also for a session that its row does not end.
        var third = await Login(one);
        Assert.Equal(200, await Me(two, third));
        await one.InBusiness(1, db => db.Set<Tenant>().ExecuteUpdateAsync(set => set.SetProperty(row => row.RequiresSecondFactor, true), Cancellation));
        await Within(async () => await Me(two, third) == 401);
        await Within(async () => await Me(one, third) == 401);
        await one.InBusiness(1, db => db.Set<Tenant>().ExecuteUpdateAsync(set => set.SetProperty(row => row.RequiresSecondFactor, false), Cancellation));
        await Within(async () => await Me(two, second) == 200 && await Me(one, second) == 200);

        await one.InBusiness(1, db => db.Set<Membership>().ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, MemberStatus.Disabled), Cancellation));
        await Within(async () => await Me(two, second) == 401);
        await Within(async () => await Me(one, second) == 401);
    }

    private static async Task Within(Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        await Eventually.Async(condition, Limit, "refused");
        TestContext.Current.TestOutputHelper?.WriteLine($"refused after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s");
    }

    private static async Task<string> Login(TestApp app)
        => (await new TestApi(app).Send(HttpMethod.Post, "/api/v1/auth/login", JsonSerializer.Serialize(new { username = Door.Email, password = Door.Password })))
            .Body.GetProperty("access_token").GetString()!;

    private static async Task<int> Me(TestApp app, string token) => (await new TestApi(app, token).Send(HttpMethod.Get, "/api/v1/auth/me")).Status;
}
