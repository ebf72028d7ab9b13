using Inbox.Access.People;
using Inbox.Access.Rights;
using Inbox.Tenancy;

namespace Inbox.Tests.Access.People;

public sealed class EscalationTestsOnSqlite() : EscalationTests(TestDatabase.Sqlite);

public sealed class EscalationTestsOnPostgreSql() : EscalationTests(TestDatabase.PostgreSql);

/// <summary>Nobody gives what he lacks, by whatever door.</summary>
public abstract class EscalationTests(TestDatabase database) : AppTests(database)
{
    private const string Manager = """{"users.read": "all", "users.write": "all", "users.invite": "all", "roles.read": "all", "roles.write": "all", "departments.read": "all", "departments.write": "all", "conversations.read": "department"}""";

    [Fact]
    public async Task Whoever_manages_people_gives_nobody_more_than_he_has()
    {
        var (team, manager, id) = await GivenManager();
        var agent = await team.Role(BuiltInRoles.Agent);
        var helper = await team.GivenPerson("helper", "Manager");

        await Assert.ThrowsAsync<ForbiddenException>(() => team.With<Members>(members => members.ChangeAsync(manager, id, new MemberChange([agent]), Cancellation)));
        await Assert.ThrowsAsync<ForbiddenException>(() => team.With<Members>(members => members.ChangeAsync(manager, helper, new MemberChange([agent]), Cancellation)));
        await Assert.ThrowsAsync<ForbiddenException>(() => team.With<NewMembers>(members => members.CreateAsync(manager, new NewMember("a@b.example", "A", Team.Password, [agent], new Dictionary<long, bool>()), Cancellation)));
        await Assert.ThrowsAsync<ForbiddenException>(() => team.With<Invitations>(invitations => invitations.CreateAsync(manager, new NewInvitation("a@b.example", [agent], []), App.Address, Cancellation)));
    }

    [Fact]
    public async Task Roles_are_not_made_or_changed_into_more_than_the_maker_has()
    {
        var (team, manager, _) = await GivenManager();
        var strong = await team.GivenRole("Strong", """{"channels.write": "all"}""");
        var own = await team.Role("Manager");

        foreach (var rights in new Dictionary<string, PermissionScope>[]
        {
            new() { ["channels.write"] = PermissionScope.All },
            new() { ["conversations.read"] = PermissionScope.All },
        })
        {
            await Assert.ThrowsAsync<ForbiddenException>(() => team.With<Roles>(roles => roles.CreateAsync(manager, new RoleWish("New", "", rights), Cancellation)));
            await Assert.ThrowsAsync<ForbiddenException>(() => team.With<Roles>(roles => roles.ChangeAsync(manager, own, new RoleWish("Manager", "", rights), null, Cancellation)));
        }

        await Assert.ThrowsAsync<ForbiddenException>(() => team.With<Roles>(roles => roles.ChangeAsync(manager, strong, new RoleWish("Weak", "", Caller.NoRights), null, Cancellation)));
        await Assert.ThrowsAsync<ForbiddenException>(() => team.With<Roles>(roles => roles.RemoveAsync(manager, strong, Cancellation)));
        Assert.Equal(PermissionScope.Own, (await team.With<Roles, RoleRow>(roles => roles.CreateAsync(
            manager, new RoleWish("Small", "", new Dictionary<string, PermissionScope> { ["conversations.read"] = PermissionScope.Own }), Cancellation))).Rights["conversations.read"]);
    }

    [Fact]
    public async Task Nobody_touches_whoever_may_more_than_himself()
    {
        var (team, manager, _) = await GivenManager();
        var agent = await team.GivenPerson("agent", "agent");

        await Assert.ThrowsAsync<ForbiddenException>(() => team.With<Members>(members => members.RemoveAsync(manager, agent, Cancellation)));
        await Assert.ThrowsAsync<ForbiddenException>(() => team.With<Members>(members => members.ChangeAsync(manager, agent, new MemberChange(IsActive: false), Cancellation)));
        await team.Api.Send(HttpMethod.Delete, $"/api/v1/users/{agent}");
        await Assert.ThrowsAsync<ForbiddenException>(() => team.With<Members>(members => members.RestoreAsync(manager, agent, Cancellation)));
    }

    [Fact]
    public async Task Whoever_sees_one_department_puts_nobody_into_another()
    {
        var (team, _, id) = await GivenManager();
        var mine = await team.GivenDepartment("Mine", id);
        var other = await team.GivenDepartment("Other");
        var manager = (await team.Caller(id))!;

        await Refused("department_not_reached", () => team.With<Members>(members => members.ChangeAsync(manager, id, new MemberChange(Departments: new Dictionary<long, bool> { [mine] = false, [other] = false }), Cancellation)));
        await Refused("department_not_reached", () => team.With<Departments>(departments => departments.ChangeAsync(manager, other, new DepartmentWish("Other", "", new Dictionary<long, bool> { [id] = true }), null, Cancellation)));
        await Refused("department_not_reached", () => team.With<Departments>(departments => departments.CreateAsync(manager, new DepartmentWish("New", "", new Dictionary<long, bool> { [id] = true }), Cancellation)));
        Assert.True((await team.With<Departments, DepartmentRow>(departments => departments.ChangeAsync(manager, mine, new DepartmentWish("Mine", "", new Dictionary<long, bool> { [id] = true }), null, Cancellation))).Members[0].IsLead);
    }

    [Fact]
    public async Task Only_an_owner_makes_and_changes_owners()
    {
        var team = await Team.In(App);
        var admin = (await team.Caller(await team.GivenPerson("admin", BuiltInRoles.Admin)))!;
        var second = await team.GivenPerson("second", BuiltInRoles.Owner);
        var owner = await team.Role(BuiltInRoles.Owner);

        await Refused("owner_required", () => team.With<Members>(members => members.ChangeAsync(admin, admin.UserId!.Value, new MemberChange([owner]), Cancellation)));
        await Refused("owner_required", () => team.With<Members>(members => members.RemoveAsync(admin, second, Cancellation)));
        await Refused("owner_required", () => team.With<Invitations>(invitations => invitations.CreateAsync(admin, new NewInvitation("a@b.example", [owner], []), App.Address, Cancellation)));
        var key = new Caller(CallerKind.Key, team.Tenant, null, "A key with every right", PermissionCatalogue.OfRole(BuiltInRoles.Owner));
        await Refused("owner_required", () => team.With<Members>(members => members.ChangeAsync(key, admin.UserId!.Value, new MemberChange([owner]), Cancellation)));
        await team.With<Members>(members => members.RemoveAsync(Program(team), second, Cancellation));
    }

    [Fact]
    public async Task The_last_owner_stays()
    {
        var team = await Team.In(App);
        var first = await team.With<MemberLists, long>(async lists => (await lists.PageAsync(Program(team), new MemberFilter("owner@"), null, 10, Cancellation)).Items[0].UserId);
        var agent = await team.Role(BuiltInRoles.Agent);

        await Refused("last_owner", () => team.With<Members>(members => members.RemoveAsync(Program(team), first, Cancellation)));
        await Refused("last_owner", () => team.With<Members>(members => members.ChangeAsync(Program(team), first, new MemberChange([agent]), Cancellation)));
        await Refused("last_owner", () => team.With<Members>(members => members.ChangeAsync(Program(team), first, new MemberChange(IsActive: false), Cancellation)));

        // Two owners who remove each other at the same moment: one of them stays.
        var second = await team.GivenPerson("second", BuiltInRoles.Owner);
        var one = (await team.Caller(first))!;
        var two = (await team.Caller(second))!;
        var results = await Task.WhenAll(
            Quietly(() => team.With<Members>(members => members.RemoveAsync(one, second, Cancellation))),
            Quietly(() => team.With<Members>(members => members.RemoveAsync(two, first, Cancellation))));
        Assert.Equal(1, results.Count(done => done));
        await Refused("own_account", () => team.With<Members>(members => members.RemoveAsync(one, first, Cancellation)));
    }

    private async Task<(Team Team, Caller Manager, long Id)> GivenManager()
    {
        var team = await Team.In(App);
        await team.GivenRole("Manager", Manager);
        var id = await team.GivenPerson("manager", "Manager");
        return (team, (await team.Caller(id))!, id);
    }

    private static Caller Program(Team team) => new(CallerKind.Key, team.Tenant, null, "Internal key", PermissionCatalogue.OfRole(BuiltInRoles.Owner)) { IsOwner = true };

    private static async Task Refused(string code, Func<Task> act) => Assert.Equal(code, (await Assert.ThrowsAsync<RefusedException>(act)).Code);

    private static async Task<bool> Quietly(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception error) when (error is RefusedException or ForbiddenException)
        {
            return false;
        }
    }
}
