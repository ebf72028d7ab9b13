using Inbox.Audit;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Audit;

public sealed class AuditChainTestsOnSqlite() : AuditChainTests(TestDatabase.Sqlite);

public sealed class AuditChainTestsOnPostgreSql() : AuditChainTests(TestDatabase.PostgreSql);

public abstract class AuditChainTests(TestDatabase database) : StoreTests(database)
{
    private static readonly AuditObject Thing = AuditObject.Of("thing", 7, "A thing");

    [Fact]
    public async Task Rows_of_a_business_are_numbered_and_linked_whoever_writes_and_whatever_is_undone()
    {
        var one = await Store.GivenTenant("one");
        var two = await Store.GivenTenant("two");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            for (var round = 0; round < 15; round++)
            {
                await using var db = Store.DbForMany();
                await using var write = await db.BeginAsync(Cancellation);
                foreach (var tenant in random.Next(2) == 0 ? [one, two] : new[] { two, one })
                {
                    for (var row = random.Next(0, 3); row > 0; row--)
                    {
                        db.Audit(Caller.System(tenant.Id), "thing.changed", Thing, new { writer }, new { round });
                    }
                }

                if (random.Next(4) > 0)
                {
                    await write.CommitAsync(Cancellation);
                }
            }
        }, Cancellation)));

        foreach (var tenant in new[] { one, two })
        {
            var rows = await Rows(tenant.Id);
            Assert.NotEmpty(rows);
            Assert.Equal(Enumerable.Range(1, rows.Count).Select(number => (long)number), rows.Select(row => row.Sequence));
            var previous = AuditHash.Start;
            foreach (var row in rows)
            {
                Assert.Equal(previous, row.Previous);
                Assert.Equal(AuditHash.Row(row, Store.AuditKeys.Current, row.Sequence), row.Hash);
                Assert.Equal(AuditHash.Change(row, row.Salt!), row.ChangeHash);
                Assert.Equal(AuditHash.Person(row, row.Salt!), row.PersonHash);
                previous = row.Hash;
            }

            await using var db = Store.Db(tenant.Id);
            var tip = await db.Set<AuditTip>().AsNoTracking().SingleAsync(Cancellation);
            Assert.Equal((rows.Count, true), (tip.Sequence, AuditHash.IsTrue(tip, Store.AuditKeys)));
            Assert.Equal(previous, tip.Hash);
        }
    }

    [Fact]
    public async Task A_row_is_written_with_the_change_or_not_at_all()
    {
        var tenant = await Store.GivenTenant("both");
        await using (var db = Store.Db(tenant.Id))
        {
            db.Add(new DomainEvent { TenantId = tenant.Id, Type = "notice", At = Store.Now, Key = "once" });
            db.Audit(Caller.System(tenant.Id), "thing.changed", Thing);
            await db.SaveChangesAsync(Cancellation);
        }

        await using (var db = Store.Db(tenant.Id))
        {
            db.Add(new DomainEvent { TenantId = tenant.Id, Type = "notice", At = Store.Now, Key = "once" });
            db.Audit(Caller.System(tenant.Id), "thing.changed", Thing);
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Cancellation));
        }

        Assert.Single(await Rows(tenant.Id));
    }

    [Fact]
    public async Task Before_and_after_of_a_row_are_what_differs_and_never_a_secret()
    {
        var tenant = await Store.GivenTenant("facts");
        await using (var db = Store.Db(tenant.Id))
        {
            var row = await db.Set<Tenant>().SingleAsync(Cancellation);
            (row.Name, row.InternalKeyHash) = ("Fahrräder & mehr", "hash-of-a-key");
            db.AuditRow(Caller.System(tenant.Id), "business.changed", row, AuditObject.Of("business", tenant.Id));
            await db.SaveChangesAsync(Cancellation);
        }

        var written = Assert.Single(await Rows(tenant.Id));
        Assert.Equal("""{"internal_key_hash":null,"name":"facts"}""", written.Before);
        Assert.Equal("""{"internal_key_hash":"[hidden, changed]","name":"Fahrräder \u0026 mehr"}""", written.After);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("access_token")]
    [InlineData("app_secret")]
    [InlineData("credentials")]
    [InlineData("api_key")]
    [InlineData("security_stamp")]
    public void What_is_named_like_a_secret_is_hidden_however_deep_it_stands(string name)
    {
        var secret = new Dictionary<string, object> { ["list"] = new[] { new Dictionary<string, object> { [name] = "geheim", ["plain"] = 1 } }, [name] = new { Inner = "geheim" } };

        var (before, after) = AuditFacts.Of(secret, new Dictionary<string, object> { [name] = "anders" });

        Assert.DoesNotContain("geheim", before, StringComparison.Ordinal);
        Assert.Contains("plain", before, StringComparison.Ordinal);
        Assert.Equal($$"""{"{{name}}":"[hidden, changed]"}""", after);
    }

    [Fact]
    public async Task The_database_refuses_to_change_or_delete_a_row_and_lets_personal_data_be_erased()
    {
        var tenant = await Store.GivenTenant("bump");
        await using var db = Store.Db(tenant.Id);
        db.Audit(Caller.System(tenant.Id), "thing.changed", Thing, new { a = 1 }, new { a = 2 });
        await db.SaveChangesAsync(Cancellation);

        var rows = db.Set<AuditEvent>();
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.Action, "thing.read"), Cancellation));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.After, "{}"), Cancellation));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => rows.ExecuteDeleteAsync(Cancellation));
        Assert.Equal(1, await rows.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.ActorName, (string?)null).SetProperty(row => row.ObjectName, (string?)null).SetProperty(row => row.Before, (string?)null)
                .SetProperty(row => row.After, (string?)null).SetProperty(row => row.Salt, (byte[]?)null),
            Cancellation));

        var erased = Assert.Single(await Rows(tenant.Id));
        Assert.Equal(AuditHash.Row(erased, Store.AuditKeys.Current, erased.Sequence), erased.Hash);
    }

    [Fact]
    public async Task Writing_goes_on_after_the_end_was_tampered_with_and_says_so_in_the_chain()
    {
        var tenant = await Store.GivenTenant("tampered");
        await Write(tenant.Id);
        await Write(tenant.Id);
        await using (var db = Store.Db(tenant.Id))
        {
            await db.Set<AuditTip>().ExecuteUpdateAsync(set => set.SetProperty(tip => tip.Sequence, 1), Cancellation);
        }

        await Write(tenant.Id);

        Assert.Equal(["thing.changed", "thing.changed", AuditChain.Repaired, "thing.changed"], (await Rows(tenant.Id)).Select(row => row.Action));
    }

    private async Task Write(long tenant)
    {
        await using var db = Store.Db(tenant);
        db.Audit(Caller.System(tenant), "thing.changed", Thing);
        await db.SaveChangesAsync(Cancellation);
    }

    private async Task<List<AuditEvent>> Rows(long tenant)
    {
        await using var db = Store.Db(tenant);
        return await db.Set<AuditEvent>().AsNoTracking().OrderBy(row => row.Sequence).ToListAsync(Cancellation);
    }
}
