using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Access;
using Inbox.Assistant;
using Inbox.Data;
using Inbox.Operations.OpenApi;
using Inbox.Tenancy;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access.Http;

/// <summary>Fields that must be there and fields that nobody may set, against every endpoint that takes a body.</summary>
public sealed class FieldTests : AppTests
{
    /// <summary>What a program sends that hopes to be bound to a row as it stands.</summary>
    private static readonly (string Name, string Value)[] Forbidden =
        [("id", "1"), ("tenant_id", "1"), ("role", "\"owner\""), ("created_at", "\"2001-01-01T00:00:00Z\""), ("is_super_admin", "true")];

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:OpenSignUp"] = "true",
            ["Inbox:Limits:Api:SignInPerMinute"] = "100000",
            ["Inbox:Limits:Api:KeyPerMinute"] = "100000",
            ["Inbox:Limits:Api:BusinessPerMinute"] = "100000",
            ["Inbox:Limits:Api:AddressPerMinute"] = "100000",
        },
    };

    [Fact]
    public async Task A_required_field_that_is_left_out_is_named()
    {
        var (shop, wrong, asked) = (await TestApi.OfBusiness(App), new List<string>(), 0);
        foreach (var (method, path, body) in BodyEndpoints.Of(App))
        {
            foreach (var name in body is null ? [] : Required(body).ToList())
            {
                var json = Examples.OfRequest(body!)!.AsObject();
                json.Remove(name);
                asked++;
                var answer = await As(shop, path).Send(new HttpMethod(method), path, json.ToJsonString(), ("If-Match", "*"));
                if (answer.Status is not (400 or 422) || answer.Code is not ("invalid_body" or "invalid_value") || !answer.Fields.Contains(name))
                {
                    wrong.Add($"{method} {path} without {name}: {answer.Status} {answer.Code} {answer.Body}");
                }
            }
        }

        Assert.True(asked > 30, $"only {asked} requests");
        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public async Task A_field_that_nobody_may_set_is_refused_and_named()
    {
        var (shop, wrong, asked) = (await TestApi.OfBusiness(App), new List<string>(), 0);
        foreach (var (method, path, body) in BodyEndpoints.Of(App).Where(endpoint => endpoint.Body is { } type && !type.IsAssignableTo(typeof(System.Collections.IEnumerable))))
        {
            var own = body!.GetProperties().Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)).ToHashSet();
            foreach (var (name, value) in Forbidden.Where(field => !own.Contains(field.Name)))
            {
                var json = Examples.OfRequest(body!)!.AsObject();
                json[name] = JsonNode.Parse(value);
                asked++;
                var answer = await As(shop, path).Send(new HttpMethod(method), path, json.ToJsonString(), ("If-Match", "*"));
                if ((answer.Status, answer.Code) != (400, "invalid_body") || !answer.Fields.Contains(name))
                {
                    wrong.Add($"{method} {path} with {name}: {answer.Status} {answer.Code} {answer.Body}");
                }
            }
        }

        Assert.True(asked > 150, $"only {asked} requests");
        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    /// <summary>Unknown fields are ignored at the older addresses, and only there; they set nothing.</summary>
    [Fact]
    public async Task At_an_older_address_such_a_field_sets_nothing()
    {
        const string extra = """ "id": 4242, "role": "owner", "is_super_admin": true, "created_at": "2001-01-01T00:00:00Z" """;
        var other = await App.GivenBusiness();
        var shop = await Team.In(App);

        var business = await new TestApi(App, TestApp.MasterKey).Send(HttpMethod.Post, "/businesses", $$"""{"business_name": "Second", {{extra}}, "tenant_id": {{other}}}""");
        var stage = await shop.Api.Send(HttpMethod.Post, "/api/stages", $$"""{"name": "Greeting", {{extra}}, "tenant_id": {{other}}}""");
        var person = await shop.Api.Send(HttpMethod.Post, "/auth/users",
            $$"""{"email": "ann@shop.example", "full_name": "Ann", "password": "{{Team.Password}}", "roles": ["agent"], {{extra}}, "tenant_id": {{other}}}""");
        var founder = await new TestApi(App).Send(HttpMethod.Post, "/auth/register", $$"""{"email": "carla@bikes.example", "password": "{{Team.Password}}", {{extra}}}""");

        Assert.Equal((201, 201, 201, 201), (business.Status, stage.Status, person.Status, founder.Status));
        Assert.NotEqual(4242, business.Body.GetProperty("business_id").GetInt64());
        await App.InMany(async db =>
        {
            var row = Assert.Single(await db.Set<Stage>().IgnoreQueryFilters(new[] { Filters.Tenant }).ToListAsync(Cancellation));
            Assert.Equal((shop.Tenant, stage.Body.GetProperty("id").GetInt64()), (row.TenantId, row.Id));
            Assert.True(row.Id != 4242 && row.CreatedAt.Year > 2001);
            Assert.Empty(await db.Set<User>().Where(user => user.IsSuperAdmin || user.Id == 4242 || user.CreatedAt.Year <= 2001).ToListAsync(Cancellation));
            Assert.DoesNotContain(await db.Set<Tenant>().ToListAsync(Cancellation), tenant => tenant.Id == 4242 || tenant.CreatedAt.Year <= 2001);
            var ann = await db.Set<Membership>().IgnoreQueryFilters(new[] { Filters.Tenant }).SingleAsync(member => member.UserId == person.Body.GetProperty("id").GetInt64(), Cancellation);
            Assert.Equal(shop.Tenant, ann.TenantId);
            return 0;
        });
        Assert.Equal(["agent"], person.Body.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!));
    }

    /// <summary>By its own words of the type: what has no default in the constructor, and what is marked.</summary>
    private static IEnumerable<string> Required(Type body)
    {
        var parameters = body.GetConstructors().MaxBy(made => made.GetParameters().Length)?.GetParameters() ?? [];
        return body.GetProperties()
            .Where(property => property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null
                || parameters.Any(parameter => parameter.Name == property.Name && !parameter.HasDefaultValue))
            .Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
    }

    private TestApi As(TestApi shop, string path) => path.StartsWith("/api/v1/businesses", StringComparison.Ordinal) || path.StartsWith("/api/v1/installation", StringComparison.Ordinal)
        ? new TestApi(App, TestApp.MasterKey) : shop;
}
