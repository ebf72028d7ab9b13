using Inbox.Access;
using Inbox.Access.Factors;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Operations;

/// <summary>What an administrator does for people on the command line when no screen lets them in.</summary>
public sealed class PeopleCommandTests : IAsyncLifetime
{
    private const string Email = "mira@flowers.example";

    private TestStore _store = null!;
    private long _tenant;
    private long _person;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await TestStore.CreateAsync(TestDatabase.Sqlite);
        _tenant = (await _store.GivenTenant("flowers")).Id;
        await using var db = _store.Db(_tenant);
        var user = new User { Email = Email, NormalizedEmail = Email.ToUpperInvariant(), UserName = Email, NormalizedUserName = Email.ToUpperInvariant(), SecurityStamp = "stamp", CreatedAt = _store.Now };
        var role = Role.BuiltIn(_tenant, BuiltInRoles.Agent, _store.Now);
        db.AddRange(user, role);
        await db.SaveChangesAsync(Cancellation);
        _person = user.Id;
        db.Add(Membership.Of(role, user.Id, _store.Now));
        await db.SaveChangesAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Create_user_lets_an_existing_person_run_the_installation_and_its_trail_tells()
    {
        Assert.Contains($"{Email} runs the installation.", await Run("create-user", Email, "--super-admin"), StringComparison.Ordinal);

        await using var db = _store.DbForMany();
        Assert.True(await db.Set<User>().Where(user => user.Id == _person).Select(user => user.IsSuperAdmin).SingleAsync(Cancellation));
        Assert.Equal(0, (await Row(db, "user.runs_installation")).TenantId);
        Assert.Contains("runs the installation already", await Run("create-user", Email, "--super-admin"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_user_adds_an_existing_person_to_one_more_business_and_lets_them_run_the_installation()
    {
        var other = (await _store.GivenTenant("roses")).Id;
        await using (var roses = _store.Db(other))
        {
            roses.Add(Role.BuiltIn(other, BuiltInRoles.Owner, _store.Now));
            await roses.SaveChangesAsync(Cancellation);
        }

        var said = await Run("create-user", Email, "--tenant", "roses", "--role", "owner", "--super-admin");

        Assert.Contains($"{Email} is owner of roses.", said, StringComparison.Ordinal);
        await using var db = _store.DbForMany();
        Assert.Equal(2, await db.Set<Membership>().IgnoreQueryFilters([Filters.Tenant]).CountAsync(row => row.UserId == _person, Cancellation));
        Assert.True(await db.Set<User>().Where(user => user.Id == _person).Select(user => user.IsSuperAdmin).SingleAsync(Cancellation));
        Assert.Equal((other, 0L), ((await Row(db, "user.added")).TenantId, (await Row(db, "user.runs_installation")).TenantId));
    }

    [Fact]
    public async Task Without_a_business_nobody_is_added_who_does_not_run_the_installation()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Run("create-user", Email));

        Assert.Contains("--tenant is missing", refused.Message, StringComparison.Ordinal);
        await using var db = _store.DbForMany();
        Assert.False(await db.Set<User>().Where(user => user.Id == _person).Select(user => user.IsSuperAdmin).SingleAsync(Cancellation));
    }

    [Fact]
    public async Task Reset_second_factor_switches_it_off_ends_the_sessions_and_is_in_the_trail_of_the_business()
    {
        await using (var given = _store.DbForMany())
        {
            given.Add(new Authenticator { UserId = _person, Secret = [1, 2, 3], EnabledAt = _store.Now });
            given.Add(new RecoveryCode { UserId = _person, Hash = "hash" });
            given.Add(new Session { Key = "key", UserId = _person, TenantId = _tenant, Stamp = "stamp", StartedAt = _store.Now, SeenAt = _store.Now, ProvenAt = _store.Now, ExpiresAt = new DateTime(2999, 1, 1, 0, 0, 0, DateTimeKind.Utc) });
            await given.SaveChangesAsync(Cancellation);
        }

        Assert.Contains($"The second factor of {Email} is off.", await Run("reset-second-factor", Email), StringComparison.Ordinal);

        await using var db = _store.DbForMany();
        Assert.Equal((0, 0), (await db.Set<Authenticator>().CountAsync(Cancellation), await db.Set<RecoveryCode>().CountAsync(Cancellation)));
        Assert.NotNull(await db.Set<Session>().Select(row => row.EndedAt).SingleAsync(Cancellation));
        Assert.Equal(_tenant, (await Row(db, "second_factor.reset")).TenantId);
    }

    [Theory]
    [InlineData(Email, "has no second factor")]
    [InlineData("nobody@flowers.example", "no account with the e-mail nobody@flowers.example")]
    public async Task Reset_second_factor_says_when_there_is_nothing_to_reset(string email, string says)
        => Assert.Contains(says, (await Assert.ThrowsAsync<InvalidOperationException>(() => Run("reset-second-factor", email))).Message, StringComparison.Ordinal);

    private static Task<AuditEvent> Row(InboxDb db, string action)
        => db.Set<AuditEvent>().IgnoreQueryFilters([Filters.Tenant]).SingleAsync(row => row.Action == action, Cancellation);

    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    private Task<string> Run(params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Command.RunAsync(Repository.PathOf($"App/bin/{configuration}/net10.0/Inbox"), [.. arguments, $"--Inbox:DataDirectory={_store.Storage.DataDirectory}"]);
    }
}
