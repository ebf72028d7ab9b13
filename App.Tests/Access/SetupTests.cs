using System.Net;
using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access;

public abstract class SetupTests(TestDatabase database) : AppTests(database)
{
    [Fact]
    public async Task The_link_makes_business_and_owner_signs_in_and_dies()
    {
        using var door = new Door(App);

        using var made = await door.SetUp("Blumen Müller");

        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        Assert.EndsWith("/inbox", made.Headers.Location!.ToString(), StringComparison.Ordinal);
        var me = await door.Browser.GetStringAsync("/api/v1/auth/me", Cancellation);
        Assert.Contains("\"tenant_id\":\"blumen-muller\"", me, StringComparison.Ordinal);
        Assert.Contains("\"roles\":[\"owner\"]", me, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Gone, await door.Open(door.SetupPath));
    }

    [Fact]
    public async Task Of_two_who_use_the_link_at_once_one_becomes_the_owner()
    {
        using var one = new Door(App);
        using var other = new Door(App);
        await one.Open(one.SetupPath);
        await other.Open(other.SetupPath);

        await Task.WhenAll(Fill(one, "one@flowers.example"), Fill(other, "other@flowers.example"));

        Assert.Equal(1, await App.InMany(db => db.Set<User>().CountAsync(Cancellation)));
        Assert.Equal(1, await App.InMany(db => db.Set<Tenant>().CountAsync(Cancellation)));

        static Task<HttpResponseMessage> Fill(Door door, string email)
            => door.Fill(door.SetupPath, ("Business", "Flowers"), ("Name", "Anna"), ("Email", email), ("Password", Door.Password));
    }

    [Fact]
    public async Task Sample_data_comes_with_the_business()
    {
        using var door = new Door(App);

        using var made = await door.SetUp(sampleData: true);

        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        Assert.Equal(3, await App.InBusiness(1, db => db.Set<Membership>().CountAsync(Cancellation)));
    }
}

public sealed class SetupOnSqlite() : SetupTests(TestDatabase.Sqlite)
{
    [Theory]
    [InlineData("/setup")]
    [InlineData("/setup?token=")]
    [InlineData("/setup?token=wrong")]
    public async Task Without_the_right_token_the_page_explains_itself(string path)
    {
        using var door = new Door(App);

        Assert.Equal(HttpStatusCode.Forbidden, await door.Open(path));
        Assert.Contains("one-time link", door.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", door.Page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Business", " ")]
    [InlineData("Business", "Flow\u0007ers")]
    [InlineData("Name", "")]
    [InlineData("Email", "anna")]
    [InlineData("Password", "short")]
    [InlineData("Password", "Password2026!")]
    public async Task A_wrong_value_is_named_and_nothing_is_made(string field, string value)
    {
        using var door = new Door(App);
        await door.Open(door.SetupPath);
        var fields = new Dictionary<string, string> { ["Business"] = "Flowers", ["Name"] = "Anna", ["Email"] = Door.Email, ["Password"] = Door.Password, [field] = value };

        using var answer = await door.Fill(door.SetupPath, [.. fields.Select(pair => (pair.Key, pair.Value))]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("role=\"alert\"", door.Page, StringComparison.Ordinal);
        Assert.Equal(0, await App.InMany(db => db.Set<Tenant>().CountAsync(Cancellation)));
    }

    [Fact]
    public async Task While_there_is_nobody_sign_in_leads_to_the_set_up()
    {
        using var door = new Door(App);

        Assert.Equal(HttpStatusCode.Redirect, await door.Open("/sign-in"));
    }
}

public sealed class SetupOnPostgreSql() : SetupTests(TestDatabase.PostgreSql);

/// <summary>A sample that fails takes everything with it.</summary>
public sealed class SetupInOneTransactionTests : AppTests
{
    protected override TestAppOptions Options(TestAppOptions options)
        => options with { Services = services => services.AddScoped<ISampleData, Broken>() };

    [Fact]
    public async Task All_is_made_or_nothing()
    {
        App.Logs.Expect("the sample is broken");
        using var door = new Door(App);

        using var answer = await door.SetUp(sampleData: true);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(0, await App.InMany(db => db.Set<User>().CountAsync(Cancellation)));
        Assert.Equal(0, await App.InMany(db => db.Set<Tenant>().CountAsync(Cancellation)));
    }

    private sealed class Broken : ISampleData
    {
        public int Order => 1000;

        public Task AddAsync(InboxDb db, Tenant tenant, User owner, CancellationToken cancellation) => throw new InvalidOperationException("the sample is broken");
    }
}

public sealed class UnattendedSetupTests : AppTests
{
    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Setup:Email"] = Door.Email,
            ["Inbox:Setup:Password"] = Door.Password,
            ["Inbox:Setup:Business"] = "Flowers",
            ["Inbox:Setup:Slug"] = "flowers-berlin",
        },
    };

    [Fact]
    public async Task The_owner_of_the_configuration_can_sign_in()
    {
        using var door = new Door(App);

        using var answer = await door.SignIn();

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains("flowers-berlin", await door.Browser.GetStringAsync("/api/v1/auth/me", Cancellation), StringComparison.Ordinal);
    }
}
