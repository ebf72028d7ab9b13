using System.Collections.Concurrent;
using Inbox.Contacts;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Data;

public sealed class RowIdTestsOnSqlite() : RowIdTests(TestDatabase.Sqlite);

public sealed class RowIdTestsOnPostgreSql() : RowIdTests(TestDatabase.PostgreSql)
{
    [Fact]
    public async Task Two_processes_never_take_the_same_id()
    {
        var ids = new ConcurrentBag<long>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var source = Store.NewSource();
            for (var i = 0; i < 300; i++)
            {
                await using var db = Store.DbForMany(source);
                ids.Add(source.Ids.Next<Contact>(db));
            }
        }, Cancellation)));

        Assert.Equal(1200, ids.Distinct().Count());
    }
}

public abstract class RowIdTests(TestDatabase database) : StoreTests(database)
{
    [Fact]
    public async Task Rows_added_at_once_by_many_have_ids_of_their_own()
    {
        var tenant = await Store.GivenTenant("busy");
        var ids = new ConcurrentBag<long>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await using var db = Store.Db(tenant.Id);
                var contacts = Enumerable.Range(0, 10).Select(_ => new Contact { TenantId = tenant.Id, CreatedAt = Store.Now }).ToList();
                db.AddRange(contacts);
                Assert.All(contacts, contact => Assert.True(contact.Id > 0));
                await db.SaveChangesAsync(Cancellation);
                contacts.ForEach(contact => ids.Add(contact.Id));
            }
        }, Cancellation)));

        Assert.Equal(800, ids.Distinct().Count());
        await using var check = Store.Db(tenant.Id);
        Assert.Equal(800, await check.Set<Contact>().CountAsync(Cancellation));
    }

    [Fact]
    public async Task Counting_goes_on_after_a_restart()
    {
        var tenant = await Store.GivenTenant("restarted");
        var ids = new List<long>();
        for (var start = 0; start < 3; start++)
        {
            var source = Store.NewSource();
            await using var db = Store.Db(tenant.Id, source);
            var contact = new Contact { TenantId = tenant.Id, CreatedAt = Store.Now };
            db.Add(contact);
            await db.SaveChangesAsync(Cancellation);
            ids.Add(contact.Id);
        }

        Assert.Equal(ids.Order().Distinct(), ids);
    }

    [Fact]
    public async Task A_rolled_back_row_does_not_disturb_the_next()
    {
        var tenant = await Store.GivenTenant("undone");
        await using (var db = Store.Db(tenant.Id))
        await using (await db.BeginAsync(Cancellation))
        {
            db.Add(new Contact { TenantId = tenant.Id, CreatedAt = Store.Now });
            await db.SaveChangesAsync(Cancellation);
        }

        await using var next = Store.Db(tenant.Id);
        next.Add(new Contact { TenantId = tenant.Id, CreatedAt = Store.Now });
        await next.SaveChangesAsync(Cancellation);
        Assert.Equal(1, await next.Set<Contact>().CountAsync(Cancellation));
    }
}
