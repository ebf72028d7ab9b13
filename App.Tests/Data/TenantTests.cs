using Inbox.Access.Sessions;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Data;

public sealed class TenantTestsOnSqlite() : TenantTests(TestDatabase.Sqlite);

public sealed class TenantTestsOnPostgreSql() : TenantTests(TestDatabase.PostgreSql);

public abstract class TenantTests(TestDatabase database) : StoreTests(database)
{
    [Fact]
    public async Task A_business_sees_its_own_rows_and_no_other()
    {
        var (ours, theirs) = await GivenTwoContacts();

        await using var db = Store.Db(ours.TenantId);

        Assert.Equal(ours.Id, Assert.Single(await db.Set<Contact>().ToListAsync(Cancellation)).Id);
        Assert.Null(await db.Set<Contact>().FirstOrDefaultAsync(contact => contact.Id == theirs.Id, Cancellation));
        Assert.Null(await db.Set<Contact>().FindAsync([theirs.Id], Cancellation));
        Assert.Equal(1, await db.Set<Contact>().CountAsync(Cancellation));
    }

    [Fact]
    public async Task No_business_means_no_rows()
    {
        await GivenTwoContacts();

        await using var nobody = Store.Db(tenant: 0);
        await using var many = Store.DbForMany();

        Assert.Empty(await nobody.Set<Contact>().ToListAsync(Cancellation));
        Assert.Empty(await many.Set<Contact>().ToListAsync(Cancellation));
        Assert.Equal(2, await many.Set<Contact>().IgnoreQueryFilters([Filters.Tenant]).CountAsync(Cancellation));
    }

    [Fact]
    public async Task Updates_and_deletes_past_the_tracker_reach_no_foreign_row()
    {
        var (ours, theirs) = await GivenTwoContacts();

        await using (var db = Store.Db(ours.TenantId))
        await using (var write = await db.BeginAsync(Cancellation))
        {
            Assert.Equal(0, await db.Set<Contact>().Where(contact => contact.Id == theirs.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(contact => contact.Name, "stolen"), Cancellation));
            Assert.Equal(1, await db.Set<Contact>().ExecuteUpdateAsync(set => set.SetProperty(contact => contact.Name, "renamed"), Cancellation));
            Assert.Equal(0, await db.Set<Contact>().Where(contact => contact.Id == theirs.Id).ExecuteDeleteAsync(Cancellation));
            await write.CommitAsync(Cancellation);
        }

        await using var nobody = Store.Db(tenant: 0);
        await using (var write = await nobody.BeginAsync(Cancellation))
        {
            Assert.Equal(0, await nobody.Set<Contact>().ExecuteDeleteAsync(Cancellation));
            await write.CommitAsync(Cancellation);
        }

        await using var check = Store.Db(theirs.TenantId);
        Assert.Equal("theirs", (await check.Set<Contact>().SingleAsync(Cancellation)).Name);
    }

    [Fact]
    public async Task A_context_made_for_one_business_after_another_does_not_remember_the_first()
    {
        var (ours, theirs) = await GivenTwoContacts();
        foreach (var contact in new[] { ours, theirs, ours, theirs })
        {
            await using var db = Store.Db(contact.TenantId);
            Assert.Equal(contact.Id, (await db.Set<Contact>().SingleAsync(Cancellation)).Id);
        }
    }

    [Fact]
    public async Task A_row_of_another_business_is_not_saved()
    {
        var (ours, theirs) = await GivenTwoContacts();

        await using var db = Store.Db(ours.TenantId);
        db.Add(new Contact { TenantId = theirs.TenantId, CreatedAt = Store.Now });
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync(Cancellation));

        await using var change = Store.Db(ours.TenantId);
        var foreign = await change.Set<Contact>().IgnoreQueryFilters([Filters.Tenant]).SingleAsync(contact => contact.Id == theirs.Id, Cancellation);
        foreign.Name = "stolen";
        await Assert.ThrowsAsync<InvalidOperationException>(() => change.SaveChangesAsync(Cancellation));

        await using var delete = Store.Db(ours.TenantId);
        delete.Remove(await delete.Set<Contact>().IgnoreQueryFilters([Filters.Tenant]).SingleAsync(contact => contact.Id == theirs.Id, Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => delete.SaveChangesAsync(Cancellation));
    }

    [Fact]
    public async Task A_row_of_no_business_is_saved_by_nobody()
    {
        await using var nobody = Store.Db(tenant: 0);
        nobody.Add(new Contact { TenantId = 0, CreatedAt = Store.Now });
        await Assert.ThrowsAsync<InvalidOperationException>(() => nobody.SaveChangesAsync(Cancellation));

        await using var many = Store.DbForMany();
        many.Add(new Contact { TenantId = 0, CreatedAt = Store.Now });
        await Assert.ThrowsAsync<InvalidOperationException>(() => many.SaveChangesAsync(Cancellation));
    }

    [Fact]
    public async Task A_row_cannot_point_at_a_row_of_another_business()
    {
        var (ours, theirs) = await GivenTwoContacts();
        var channel = new Inbox.Channels.Channel { TenantId = ours.TenantId, Kind = "website", Name = "site", ExternalId = "ours", CreatedAt = Store.Now };
        await using var db = Store.Db(ours.TenantId);
        db.Add(channel);
        await db.SaveChangesAsync(Cancellation);

        db.Add(new ContactIdentity { TenantId = ours.TenantId, ContactId = theirs.Id, ChannelId = channel.Id, Kind = "visitor", Address = "x", CreatedAt = Store.Now });

        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Cancellation));
    }

    [Fact]
    public async Task Every_table_of_a_business_has_the_filter()
    {
        await using var db = Store.Db(tenant: 0);
        var open =
            from entity in db.Model.GetEntityTypes()
            where entity.ClrType.IsAssignableTo(typeof(ITenantOwned)) || entity.FindProperty("TenantId") is { IsNullable: false }
            where entity.FindDeclaredQueryFilter(Filters.Tenant) is null
            where entity.ClrType != typeof(Session)   // a person's: it is looked up before the business is known, which it names
            select entity.ClrType.Name;
        Assert.Empty(open);
    }

    private async Task<(Contact Ours, Contact Theirs)> GivenTwoContacts()
    {
        var ours = new Contact { TenantId = (await Store.GivenTenant("ours")).Id, Name = "ours", CreatedAt = Store.Now };
        var theirs = new Contact { TenantId = (await Store.GivenTenant("theirs")).Id, Name = "theirs", CreatedAt = Store.Now };
        await using var db = Store.DbForMany();
        db.AddRange(ours, theirs);
        await db.SaveChangesAsync(Cancellation);
        return (ours, theirs);
    }
}
