using System.Globalization;
using Inbox.Audit;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Inbox.Tests.Audit;

public sealed class AuditVerificationTestsOnSqlite() : AuditVerificationTests(TestDatabase.Sqlite);

public sealed class AuditVerificationTestsOnPostgreSql() : AuditVerificationTests(TestDatabase.PostgreSql);

/// <summary>Somebody with the database and without the key tampers with the trail (trust.md, F15).</summary>
public abstract class AuditVerificationTests(TestDatabase database) : StoreTests(database)
{
    private long _tenant;

    private bool IsSqlite => Store.Storage.Kind == TestDatabase.Sqlite;

    [Fact]
    public async Task A_chain_that_nobody_touched_is_whole()
    {
        await GivenRows(12);

        var report = await Verify();

        Assert.Empty(report.Findings);
        Assert.Equal((12, true), (report.Rows, report.IsWhole));
        Assert.True((await Verify(tenant: 0)).IsWhole);
    }

    [Fact]
    public async Task Every_edited_column_of_every_row_is_named()
    {
        string[] columns =
        [
            "At", "ActorKind", "ActorId", "ActorName", "OnBehalfOfId", "OnBehalfOfName", "Address", "Session", "Action", "ObjectType", "ObjectId",
            "ObjectName", "Before", "After", "Salt", "PersonHash", "ChangeHash", "Previous", "KeyId", "Hash",
        ];
        await using (var db = Store.Db(0))
        {
            var mapped = db.Model.FindEntityType(typeof(AuditEvent))!.GetProperties().Select(property => property.Name).Except(["TenantId", "Sequence"]);
            Assert.Equal(mapped.Order(), columns.Order());
        }

        await GivenRows(2 * columns.Length);
        await OpenTriggers();
        for (var index = 0; index < columns.Length; index++)
        {
            var value = columns[index] switch
            {
                "At" => "'2020-01-01 00:00:00'",
                "ActorKind" => "'Key'",
                "ActorId" or "OnBehalfOfId" => "4711",
                "KeyId" => "1",
                "Salt" or "PersonHash" or "ChangeHash" or "Previous" or "Hash" => Bytes(32),
                _ => "'tampered'",
            };
            await Execute($"""UPDATE "AuditEvents" SET "{columns[index]}" = {value} WHERE "TenantId" = {_tenant} AND "Sequence" = {(2 * index) + 1}""");
        }

        var report = await Verify();

        Assert.Equal(Enumerable.Range(0, columns.Length).Select(index => (2L * index) + 1), report.Findings.Select(finding => finding.Sequence));
        Assert.All(report.Findings, finding => Assert.Equal(
            columns[(int)(finding.Sequence - 1) / 2] == "KeyId" ? AuditProblem.UnknownKey : AuditProblem.Edited, finding.Problem));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(4, 7)]
    public async Task Deleted_rows_are_named(int first, int last)
    {
        await GivenRows(10);
        await OpenTriggers();
        await Execute($"""DELETE FROM "AuditEvents" WHERE "TenantId" = {_tenant} AND "Sequence" BETWEEN {first} AND {last}""");

        Assert.Equal(new AuditFinding(AuditProblem.Missing, first, last), Assert.Single((await Verify()).Findings));
    }

    [Fact]
    public async Task Rows_cut_off_at_the_end_are_named_whatever_is_done_to_the_tip()
    {
        await GivenRows(10);
        await OpenTriggers();
        await Execute($"""DELETE FROM "AuditEvents" WHERE "TenantId" = {_tenant} AND "Sequence" > 8""");
        Assert.Equal(new AuditFinding(AuditProblem.CutOff, 9, 10), Assert.Single((await Verify()).Findings));

        await Execute($"""UPDATE "AuditTips" SET "Sequence" = 8, "Hash" = (SELECT "Hash" FROM "AuditEvents" WHERE "TenantId" = {_tenant} AND "Sequence" = 8) WHERE "TenantId" = {_tenant}""");
        Assert.Equal(AuditProblem.WrongTip, Assert.Single((await Verify()).Findings).Problem);

        await Execute($"""DELETE FROM "AuditTips" WHERE "TenantId" = {_tenant}""");
        Assert.Equal(AuditProblem.WrongTip, Assert.Single((await Verify()).Findings).Problem);
    }

    [Theory]
    [InlineData(3, 7)]
    [InlineData(4, 5)]
    [InlineData(1, 10)]
    public async Task Swapped_rows_are_named_as_reordered(int one, int other)
    {
        await GivenRows(10);
        await OpenTriggers();
        await Execute($"""UPDATE "AuditEvents" SET "Sequence" = -1 WHERE "TenantId" = {_tenant} AND "Sequence" = {one}""");
        await Execute($"""UPDATE "AuditEvents" SET "Sequence" = {one} WHERE "TenantId" = {_tenant} AND "Sequence" = {other}""");
        await Execute($"""UPDATE "AuditEvents" SET "Sequence" = {other} WHERE "TenantId" = {_tenant} AND "Sequence" = -1""");

        var moved = (await Verify()).Findings.Where(finding => finding.Problem == AuditProblem.Moved).Select(finding => (finding.Sequence, finding.Other)).ToList();

        Assert.Equal([(one, (long?)other), (other, (long?)one)], moved);
    }

    [Fact]
    public async Task A_forged_row_is_named_wherever_it_is_put()
    {
        await GivenRows(10);
        await OpenTriggers();
        await using (var db = Store.Db(_tenant))
        await using (var write = await db.BeginAsync(Cancellation))
        {
            var forged = await db.Set<AuditEvent>().AsNoTracking().SingleAsync(row => row.Sequence == 10, Cancellation);
            forged.Previous = forged.Hash;
            forged.Sequence = 11;
            forged.After = """{"name":"forged"}""";
            forged.ChangeHash = AuditHash.Change(forged, forged.Salt!);
            forged.Hash = AuditHash.Row(forged, Store.AuditKeys.Current with { Bytes = new byte[32] }, 11);
            await db.InsertAsync([forged], Cancellation);
            await write.CommitAsync(Cancellation);
        }

        var appended = await Verify();
        Assert.Contains(new AuditFinding(AuditProblem.Edited, 11, 11), appended.Findings);
        Assert.Contains(appended.Findings, finding => finding.Problem == AuditProblem.WrongTip);

        await Execute($"""UPDATE "AuditEvents" SET "Sequence" = "Sequence" + 100 WHERE "TenantId" = {_tenant} AND "Sequence" BETWEEN 6 AND 10""");
        await Execute($"""UPDATE "AuditEvents" SET "Sequence" = 6 WHERE "TenantId" = {_tenant} AND "Sequence" = 11""");
        await Execute($"""UPDATE "AuditEvents" SET "Sequence" = "Sequence" - 99 WHERE "TenantId" = {_tenant} AND "Sequence" > 100""");
        Assert.Equal(AuditProblem.Edited, (await Verify()).Findings[0].Problem);
        Assert.Equal(6, (await Verify()).Findings[0].Sequence);
    }

    [Fact]
    public async Task A_row_put_into_the_chain_of_another_business_is_missed_here_and_named_there()
    {
        await GivenRows(5);
        var other = await Store.GivenTenant("other");
        await OpenTriggers();
        await Execute($"""UPDATE "AuditEvents" SET "TenantId" = {other.Id}, "Sequence" = 1 WHERE "TenantId" = {_tenant} AND "Sequence" = 5""");

        Assert.Equal(new AuditFinding(AuditProblem.CutOff, 5, 5), Assert.Single((await Verify()).Findings));
        Assert.Contains(new AuditFinding(AuditProblem.Edited, 1, 1), (await Verify(other.Id)).Findings);
    }

    [Fact]
    public async Task Erased_personal_data_leave_the_chain_whole_and_are_named_when_no_row_says_so()
    {
        await GivenRows(6);
        await using (var db = Store.Db(_tenant))
        await using (var write = await db.BeginAsync(Cancellation))
        {
            Assert.Equal(2, await db.EraseAuditAsync(Caller.System(_tenant), _tenant, db.Set<AuditEvent>().Where(row => row.Sequence == 2 || row.Sequence == 4), Cancellation));
            await write.CommitAsync(Cancellation);
        }

        var report = await Verify();
        Assert.Equal((true, 2), (report.IsWhole, report.Erased));
        await using (var db = Store.Db(_tenant))
        {
            var erased = await db.Set<AuditEvent>().AsNoTracking().SingleAsync(row => row.Sequence == 2, Cancellation);
            Assert.Equal((null, null, null, null), (erased.ActorName, erased.ObjectName, erased.After, erased.Salt));
        }

        await Execute(
            $"""
            UPDATE "AuditEvents" SET "ActorName" = NULL, "OnBehalfOfName" = NULL, "Address" = NULL, "Session" = NULL, "ObjectName" = NULL, "Before" = NULL, "After" = NULL, "Salt" = NULL
            WHERE "TenantId" = {_tenant} AND "Sequence" = 5
            """);
        Assert.Equal(new AuditFinding(AuditProblem.Erased, 5, 5), Assert.Single((await Verify()).Findings));
    }

    [Fact]
    public async Task Rows_that_an_earlier_key_signed_are_verified_with_it()
    {
        await GivenRows(3);
        var first = Store.AuditKeys.Current.Id;
        Assert.True(Store.AuditKeys.Rotate());
        await Write(2);

        Assert.NotEqual(first, Store.AuditKeys.Current.Id);
        Assert.True((await Verify()).IsWhole);

        File.Delete(Path.Combine(Store.Storage.DataDirectory, "keys", string.Create(CultureInfo.InvariantCulture, $"audit.{first}")));
        var without = new AuditKeys(Options.Create(new Inbox.Access.Keys.KeyOptions()), Store.Directory);
        var report = await Store.AuditVerification(without).VerifyAsync(_tenant, Cancellation);
        Assert.Equal([1L, 2, 3], report.Findings.Where(finding => finding.Problem == AuditProblem.UnknownKey).Select(finding => finding.Sequence));
    }

    private async Task GivenRows(int count)
    {
        _tenant = (await Store.GivenTenant("chain")).Id;
        await Write(count);
    }

    private async Task Write(int count)
    {
        var caller = new Caller(CallerKind.User, _tenant, 3, "Anna", Caller.NoRights);
        await using var db = Store.Db(_tenant);
        for (var row = 0; row < count; row++)
        {
            db.Audit(caller, "thing.changed", AuditObject.Of("thing", row, "A thing"), new { name = "before" }, new { name = $"after {row}" });
            await db.SaveChangesAsync(Cancellation);
        }
    }

    private Task<AuditReport> Verify(long? tenant = null) => Store.AuditVerification().VerifyAsync(tenant ?? _tenant, Cancellation);

    /// <summary>Whoever may tamper may do this too.</summary>
    private async Task OpenTriggers()
    {
        if (IsSqlite)
        {
            await Execute("""DROP TRIGGER "AuditEventsStay" """);
            await Execute("""DROP TRIGGER "AuditEventsRemain" """);
        }
        else
        {
            await Execute("""ALTER TABLE "AuditEvents" DISABLE TRIGGER ALL""");
        }
    }

    private async Task Execute(string sql)
    {
        await using var db = Store.DbForMany();
#pragma warning disable EF1002 // numbers and texts of this test
        await db.Database.ExecuteSqlRawAsync(sql, Cancellation);
#pragma warning restore EF1002
    }

    private string Bytes(int count) => IsSqlite ? $"x'{new string('7', 2 * count)}'" : $"'\\x{new string('7', 2 * count)}'";
}
