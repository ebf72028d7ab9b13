using Inbox.Access;
using Inbox.Access.People;
using Inbox.Access.Rights;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access.People;

/// <summary>A business with an owner, made over the API with its internal key, and callers of any rights.</summary>
public sealed class Team(TestApp app, long tenant, string key)
{
    public const string Password = "correct lamp on the desk";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public TestApi Api { get; } = new(app, key);

    public long Tenant => tenant;

    public static async Task<Team> In(TestApp app, string name = "Shop")
    {
        var made = await new TestApi(app, TestApp.MasterKey).Send(HttpMethod.Post, "/api/v1/businesses", $$"""{"business_name": "{{name}}"}""");
        var team = new Team(app, made.Body.GetProperty("business_id").GetInt64(), made.Body.GetProperty("internal_api_key").GetString()!);
        await team.GivenPerson("owner", BuiltInRoles.Owner);
        return team;
    }

    public string EmailOf(string name) => $"{name}@business-{tenant}.example";

    public async Task<long> GivenPerson(string name, params string[] roles)
    {
        var made = await Api.Send(HttpMethod.Post, "/api/v1/users", $$"""
            {"email": "{{EmailOf(name)}}", "full_name": "{{name}}", "password": "{{Password}}", "roles": [{{string.Join(", ", roles.Select(role => $"\"{role}\""))}}]}
            """);
        Assert.Equal(201, made.Status);
        return made.Body.GetProperty("id").GetInt64();
    }

    /// <summary>The API as one of them has it.</summary>
    public async Task<TestApi> SignedIn(string name)
    {
        var pair = await new TestApi(app).Send(HttpMethod.Post, "/api/v1/auth/login", $$"""{"email": "{{EmailOf(name)}}", "password": "{{Password}}"}""");
        return new TestApi(app, pair.Body.GetProperty("access_token").GetString());
    }

    public async Task<long> GivenDepartment(string name, params long[] members)
    {
        var made = await Api.Send(HttpMethod.Post, "/api/v1/departments", $$"""{"name": "{{name}}", "members": [{{string.Join(", ", members.Select(id => $"{{\"user_id\": {id}}}"))}}]}""");
        Assert.Equal(201, made.Status);
        return made.Body.GetProperty("id").GetInt64();
    }

    public async Task<long> GivenRole(string name, string permissions)
    {
        var made = await Api.Send(HttpMethod.Post, "/api/v1/roles", $$"""{"name": "{{name}}", "permissions": {{permissions}}}""");
        Assert.Equal(201, made.Status);
        return made.Body.GetProperty("id").GetInt64();
    }

    /// <summary>The person with the rights of this moment; null when they may not enter.</summary>
    public async Task<Caller?> Caller(long userId)
    {
        var (roles, departments) = await app.InBusiness(tenant, async db => (
            await db.Set<Role>().Include(role => role.Permissions).Where(role => db.Set<Membership>().Any(row => row.UserId == userId && row.Status == MemberStatus.Active && row.Roles.Any(held => held.RoleId == role.Id))).ToListAsync(Cancellation),
            await db.Set<DepartmentMember>().Where(row => row.UserId == userId).Select(row => row.DepartmentId).ToListAsync(Cancellation)));
        return roles.Count == 0 ? null : new Caller(
            CallerKind.User, tenant, userId, "Person",
            roles.SelectMany(role => role.Rights()).GroupBy(right => right.Key, right => right.Value).ToDictionary(right => right.Key, right => right.Max()))
        {
            Departments = departments.ToHashSet(),
            IsOwner = roles.Any(role => role.Key == BuiltInRoles.Owner),
        };
    }

    public async Task<long> Role(string key) => await app.InBusiness(tenant, db => db.Set<Role>().Where(role => role.Key == key || role.Name == key).Select(role => role.Id).SingleAsync(Cancellation));

    /// <summary>Calls an operation in the business.</summary>
    public async Task<TResult> With<TOperations, TResult>(Func<TOperations, Task<TResult>> work) where TOperations : notnull
    {
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(tenant);
        return await work(scope.ServiceProvider.GetRequiredService<TOperations>());
    }

    public Task<bool> With<TOperations>(Func<TOperations, Task> work) where TOperations : notnull
        => With<TOperations, bool>(async operations =>
        {
            await work(operations);
            return true;
        });
}
