using Inbox.Access;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access;

public sealed class CallerTestsOnSqlite() : CallerTests(TestDatabase.Sqlite);

public sealed class CallerTestsOnPostgreSql() : CallerTests(TestDatabase.PostgreSql);

/// <summary>What a session may do comes from roles and departments of the active business, at this moment.</summary>
public abstract class CallerTests(TestDatabase database) : AppTests(database)
{
    [Fact]
    public async Task Of_several_roles_the_widest_scope_counts_and_departments_are_the_persons_own()
    {
        using var door = new Door(App);
        await door.SetUp();
        var (own, wide) = await App.InBusiness(1, async db =>
        {
            var narrow = Custom("Narrow", (ConversationPermissions.Read, PermissionScope.Own), (ConversationPermissions.Reply, PermissionScope.Own), ("gone.permission", PermissionScope.All));
            var broad = Custom("Broad", (ConversationPermissions.Read, PermissionScope.Department));
            db.AddRange(narrow, broad);
            await db.SaveChangesAsync(Cancellation);
            await Become(db, narrow, broad);
            var mine = Department("Sales", 1);
            var others = Department("Support", null);
            var closed = Department("Closed", 1);
            closed.DeletedAt = DateTime.UnixEpoch;
            db.AddRange(mine, others, closed);
            await db.SaveChangesAsync(Cancellation);
            return (mine.Id, others.Id);
        });

        var caller = await Look();

        Assert.Equal(PermissionScope.Department, caller!.ScopeOf(ConversationPermissions.Read));
        Assert.Equal(PermissionScope.Own, caller.ScopeOf(ConversationPermissions.Reply));
        Assert.False(caller.May(ConversationPermissions.Note));
        Assert.DoesNotContain("gone.permission", caller.Permissions);
        Assert.Equal([own], caller.Departments);
        Assert.NotEqual(own, wide);
    }

    [Fact]
    public async Task What_belongs_to_a_person_is_refused_to_a_key()
    {
        var key = await TestApi.OfBusiness(App);

        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Get, "/api/v1/profile", null),
            (HttpMethod.Get, "/api/v1/profile/notifications", null),
            (HttpMethod.Get, "/api/v1/auth/sessions", null),
            (HttpMethod.Get, "/api/v1/auth/second-factor", null),
            (HttpMethod.Get, "/api/v1/auth/passkeys", null),
            (HttpMethod.Post, "/api/v1/auth/reauthenticate", """{"password": "correct lamp on the desk"}"""),
            (HttpMethod.Delete, "/api/v1/company-profile/support", (string?)null),
        })
        {
            var answer = await key.Send(method, path, body);
            Assert.Equal((path, 403, "person_needed"), (path, answer.Status, answer.Code));
        }
    }

    [Theory]
    [InlineData(MemberStatus.Disabled)]
    [InlineData(MemberStatus.Deleted)]
    public async Task Whoever_is_not_active_is_nobody(MemberStatus status)
    {
        using var door = new Door(App);
        await door.SetUp();
        Assert.True((await Look())!.May(ConversationPermissions.Read));

        await App.InBusiness(1, db => db.Set<Membership>().ExecuteUpdateAsync(set => set.SetProperty(membership => membership.Status, status), Cancellation));

        Assert.Null(await Look());
        using var again = new Door(App);
        Assert.NotEqual("/", (await again.SignIn()).Headers.Location?.ToString());
    }

    [Fact]
    public async Task Each_business_has_roles_of_its_own()
    {
        using var door = new Door(App);
        await door.SetUp();
        await using var scope = App.Services.CreateAsyncScope();
        var master = new Caller(CallerKind.Key, 0, null, "Master key", Caller.NoRights, IsSuperAdmin: true);

        var (second, _) = await scope.ServiceProvider.GetRequiredService<Businesses>().CreateAsync(master, new NewBusiness("Second"), Cancellation);

        var first = await App.InBusiness(1, db => db.Set<Role>().Select(role => role.Id).ToListAsync(Cancellation));
        var own = await App.InBusiness(second.Id, db => db.Set<Role>().Select(role => role.Id).ToListAsync(Cancellation));
        Assert.Equal(BuiltInRoles.All.Count, first.Count);
        Assert.Equal(BuiltInRoles.All.Count, own.Count);
        Assert.Empty(first.Intersect(own));
    }

    private static Role Custom(string name, params (string Permission, PermissionScope Scope)[] rights)
    {
        var role = new Role { TenantId = 1, Name = name, CreatedAt = DateTime.UnixEpoch };
        role.Permissions.AddRange(rights.Select(right => new RolePermission { TenantId = 1, Permission = right.Permission, Scope = right.Scope }));
        return role;
    }

    private static Department Department(string name, long? userId)
    {
        var department = new Department { TenantId = 1, Name = name, CreatedAt = DateTime.UnixEpoch };
        if (userId is { } member)
        {
            department.Members.Add(new DepartmentMember { TenantId = 1, UserId = member });
        }

        return department;
    }

    private static async Task Become(InboxDb db, params Role[] roles)
    {
        var membership = await db.Set<Membership>().Include(membership => membership.Roles).SingleAsync(Cancellation);
        membership.Roles.Clear();
        membership.Roles.AddRange(roles.Select(role => new MemberRole { TenantId = 1, Role = role }));
        await db.SaveChangesAsync(Cancellation);
    }

    /// <summary>The caller of the first person's session, read anew.</summary>
    private async Task<Caller?> Look()
    {
        var callers = App.Services.GetRequiredService<Callers>();
        var stamp = await App.InBusiness(1, db => db.Set<User>().Select(user => user.SecurityStamp).SingleAsync(Cancellation));
        var session = await App.Services.GetRequiredService<LiveSessions>().StartAsync(new DefaultHttpContext(), new SignedIn(1, "Anna", stamp!, 1), Cancellation);
        callers.Forget(1);
        return await callers.FindAsync(new SessionClaims(session.Key, 1, 1, App.Clock.GetUtcNow()).Principal("test", "Anna"), Cancellation);
    }
}
