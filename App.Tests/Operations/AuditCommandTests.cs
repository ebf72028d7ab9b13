using System.Globalization;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Operations;

/// <summary>The program as an administrator calls it, on a database that the product has written.</summary>
public sealed class AuditCommandTests : IAsyncLifetime
{
    private TestStore _store = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await TestStore.CreateAsync(TestDatabase.Sqlite);
        var tenant = (await _store.GivenTenant("flowers")).Id;
        await using var db = _store.Db(tenant);
        for (var row = 0; row < 5; row++)
        {
            db.Audit(new Caller(CallerKind.User, tenant, 3, "Anna", Caller.NoRights), "tag.created", AuditObject.Of("tag", row, "A tag"));
        }

        await db.SaveChangesAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Verify_audit_says_what_is_whole()
    {
        var said = await Run("verify-audit");

        Assert.Contains("flowers: 5 rows, whole, ends with ", said, StringComparison.Ordinal);
        Assert.Contains("installation: 0 rows, whole", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_audit_names_the_row_that_was_changed_and_ends_with_1()
    {
        await using (var db = _store.DbForMany())
        {
            await db.Database.ExecuteSqlRawAsync(
                """DROP TRIGGER "AuditEventsStay"; UPDATE "AuditEvents" SET "ObjectName" = 'Another tag' WHERE "Sequence" = 3""", Cancellation);
        }

        var ended = await Assert.ThrowsAsync<InvalidOperationException>(() => Run("verify-audit", "--tenant", "flowers"));

        Assert.Contains("ended with 1", ended.Message, StringComparison.Ordinal);
        Assert.Contains("flowers: 5 rows, 1 problem", ended.Message, StringComparison.Ordinal);
        Assert.Contains("3", ended.Message.Split('\n').Single(line => line.StartsWith("  ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_audit_refuses_a_business_that_is_not_there()
        => Assert.Contains("no business with the slug 'roses'", (await Assert.ThrowsAsync<InvalidOperationException>(() => Run("verify-audit", "--tenant", "roses"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Rotate_audit_key_signs_with_a_new_key_and_verifies_what_the_old_one_signed()
    {
        var before = _store.AuditKeys.Current.Id;

        Assert.Contains("signed with a new key", await Run("rotate-audit-key"), StringComparison.Ordinal);

        Assert.True(File.Exists(Path.Combine(_store.Storage.DataDirectory, "keys", string.Create(CultureInfo.InvariantCulture, $"audit.{before}"))));
        await using (var db = _store.DbForMany())
        {
            var last = await db.Set<AuditEvent>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().Where(row => row.TenantId != 0).OrderByDescending(row => row.Sequence).FirstAsync(Cancellation);
            Assert.Equal("audit.key_rotated", last.Action);
            Assert.NotEqual(before, last.KeyId);
        }

        Assert.Contains("flowers: 6 rows, whole", await Run("verify-audit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotate_audit_key_leaves_a_key_of_the_configuration_to_the_administrator()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Run("rotate-audit-key", $"--Inbox:Keys:AuditKey={Convert.ToBase64String(new byte[32])}"));

        Assert.Contains("Inbox:Keys:PreviousAuditKeys", refused.Message, StringComparison.Ordinal);
    }

    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    private Task<string> Run(params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Command.RunAsync(Repository.PathOf($"App/bin/{configuration}/net10.0/Inbox"), [.. arguments, $"--Inbox:DataDirectory={_store.Storage.DataDirectory}"]);
    }
}
