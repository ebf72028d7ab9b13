using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Data;

public sealed class WorkerLeaseTestsOnSqlite() : WorkerLeaseTests(TestDatabase.Sqlite);

public sealed class WorkerLeaseTestsOnPostgreSql() : WorkerLeaseTests(TestDatabase.PostgreSql);

public abstract class WorkerLeaseTests(TestDatabase database) : StoreTests(database)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task One_node_holds_a_lease_and_may_renew_it()
    {
        Assert.True(await Hold("a", Store.Now));
        Assert.False(await Hold("b", Store.Now.AddSeconds(10)));
        Assert.True(await Hold("a", Store.Now.AddSeconds(20)));
        Assert.False(await Hold("b", Store.Now.AddSeconds(45)));
    }

    [Fact]
    public async Task Another_node_takes_a_lease_that_ran_out_and_the_fence_grows()
    {
        Assert.True(await Hold("a", Store.Now));
        var before = await Fence();

        Assert.True(await Hold("b", Store.Now.AddSeconds(31)));

        Assert.Equal(before + 1, await Fence());
        Assert.False(await Hold("a", Store.Now.AddSeconds(32)));
    }

    [Fact]
    public async Task Renewing_does_not_raise_the_fence()
    {
        Assert.True(await Hold("a", Store.Now));
        var before = await Fence();
        Assert.True(await Hold("a", Store.Now.AddSeconds(5)));
        Assert.Equal(before, await Fence());
    }

    [Fact]
    public async Task Of_nodes_that_ask_at_once_one_gets_the_lease()
    {
        var held = await Task.WhenAll(Enumerable.Range(0, 8).Select(node => Task.Run(async () =>
        {
            try
            {
                return await Hold($"node {node}", Store.Now);
            }
            catch (System.Data.Common.DbException)
            {
                return false;
            }
        }, Cancellation)));

        Assert.Single(held, true);
    }

    private async Task<bool> Hold(string owner, DateTime now)
    {
        await using var db = Store.DbForMany();
        await using var write = await db.BeginAsync(Cancellation);
        var held = await db.HoldAsync("test", owner, now, Length, Cancellation);
        await write.CommitAsync(Cancellation);
        return held;
    }

    private async Task<long> Fence()
    {
        await using var db = Store.DbForMany();
        return (await db.Set<WorkerLease>().SingleAsync(Cancellation)).Fence;
    }
}
