using Inbox.Audit;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Data;

public sealed class EventNumberTestsOnSqlite() : EventNumberTests(TestDatabase.Sqlite);

public sealed class EventNumberTestsOnPostgreSql() : EventNumberTests(TestDatabase.PostgreSql);

public abstract class EventNumberTests(TestDatabase database) : StoreTests(database)
{
    [Fact]
    public async Task Events_of_a_business_are_numbered_without_gaps_whoever_writes_and_whatever_is_undone()
    {
        var one = await Store.GivenTenant("one");
        var two = await Store.GivenTenant("two");

        await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            for (var round = 0; round < 20; round++)
            {
                await using var db = Store.DbForMany();
                await using var write = await db.BeginAsync(Cancellation);
                // Both in one order: two transactions that number two businesses would else wait for each other.
                db.AddRange(Events(one, random.Next(0, 3)).Concat(Events(two, random.Next(0, 3))));
                await db.SaveChangesAsync(Cancellation);
                if (random.Next(4) > 0)
                {
                    await write.CommitAsync(Cancellation);
                }
            }
        }, Cancellation)));

        foreach (var tenant in new[] { one, two })
        {
            await using var db = Store.Db(tenant.Id);
            var numbers = await db.Set<DomainEvent>().OrderBy(happened => happened.Sequence).Select(happened => happened.Sequence).ToListAsync(Cancellation);
            Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
            Assert.Equal(numbers.Count, await db.Set<Tenant>().Where(row => row.Id == tenant.Id).Select(row => row.LastEvent).SingleAsync(Cancellation));
        }
    }

    [Fact]
    public async Task Events_written_past_the_tracker_take_their_numbers_from_the_same_row()
    {
        var tenant = await Store.GivenTenant("bulk");
        await using var db = Store.DbForMany();
        await using (var write = await db.BeginAsync(Cancellation))
        {
            var events = Events(tenant, 5).ToList();
            events.ForEach(happened => happened.Id = Store.Source.Ids.Next<DomainEvent>(db));
            await EventNumbers.NumberAsync(db, events, Cancellation);
            await db.InsertAsync(events, Cancellation);
            await write.CommitAsync(Cancellation);
        }

        db.AddRange(Events(tenant, 2));
        await db.SaveChangesAsync(Cancellation);

        await using var check = Store.Db(tenant.Id);
        Assert.Equal([1L, 2, 3, 4, 5, 6, 7], await check.Set<DomainEvent>().OrderBy(happened => happened.Id).Select(happened => happened.Sequence).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task The_same_cause_writes_one_event()
    {
        var tenant = await Store.GivenTenant("keyed");
        await using var db = Store.Db(tenant.Id);
        db.Add(new DomainEvent { TenantId = tenant.Id, Type = "notice", At = Store.Now, Key = "once" });
        await db.SaveChangesAsync(Cancellation);

        db.Add(new DomainEvent { TenantId = tenant.Id, Type = "notice", At = Store.Now, Key = "once" });
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Cancellation));
    }

    private IEnumerable<DomainEvent> Events(Tenant tenant, int count)
        => Enumerable.Range(0, count).Select(_ => new DomainEvent { TenantId = tenant.Id, Type = "test_happened", At = Store.Now });
}
