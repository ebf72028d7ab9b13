using Inbox.Access.Http.Idempotency;
using Inbox.Access.Keys;
using Inbox.Operations.Retention;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access.Http;

public sealed class IdempotencyTestsOnSqlite() : IdempotencyTests(TestDatabase.Sqlite);

public sealed class IdempotencyTestsOnPostgreSql() : IdempotencyTests(TestDatabase.PostgreSql);

public abstract class IdempotencyTests(TestDatabase database) : AppTests(database)
{
    private const string Path = "/api/v1/businesses";

    private readonly TestClock _clock = new();

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock };

    [Fact]
    public async Task The_same_key_gets_the_first_answer_and_makes_nothing_again()
    {
        var first = await Make("key-1", "Shop");
        var again = await Make("key-1", "Shop");

        Assert.Equal((201, 201), (first.Status, again.Status));
        Assert.Equal(first.Body.ToString(), again.Body.ToString());
        Assert.Equal(first.Header("Location"), again.Header("Location"));
        Assert.Equal((null, "true"), (first.Header("Idempotent-Replayed"), again.Header("Idempotent-Replayed")));
        Assert.Equal(1, await Businesses());
    }

    [Fact]
    public async Task Many_at_once_with_one_key_make_one()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Make("key-1", "Shop")));

        var made = answers.Where(answer => answer.Status == 201).ToList();
        Assert.Single(made.Select(answer => answer.Body.ToString()).Distinct());
        Assert.All(answers.Except(made), answer => Assert.Equal((409, "idempotency_key_in_use", "2"), (answer.Status, answer.Code, answer.Header("Retry-After"))));   // few wait, the others come again
        Assert.Equal(1, await Businesses());
    }

    [Fact]
    public async Task A_request_is_kept_under_the_key_of_the_installation_and_a_new_one_forgets_none()
    {
        var made = await Make("key-1", "Shop");
        App.Services.GetRequiredService<KeyRing>().Rotate();
        await Make("key-2", "Shop");

        // The same request under two keys, for a plain hash would let passwords in bodies be tried.
        Assert.Equal(2, await App.InMany(db => db.Set<IdempotentAnswer>().Select(row => row.Request).Distinct().CountAsync()));
        var (again, other) = (await Make("key-1", "Shop"), await Make("key-1", "Other"));
        Assert.Equal((201, made.Body.ToString()), (again.Status, again.Body.ToString()));
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, other.Code));
    }

    [Fact]
    public async Task A_key_with_another_body_or_address_is_422()
    {
        await Make("key-1", "Shop");

        var body = await Make("key-1", "Other shop");
        var address = await new TestApi(App, TestApp.MasterKey).Send(HttpMethod.Post, Path + "?again=1", Body("Shop"), ("Idempotency-Key", "key-1"));

        Assert.Equal((422, "idempotency_key_reused"), (body.Status, body.Code));
        Assert.Equal((422, "idempotency_key_reused"), (address.Status, address.Code));
        Assert.Equal(1, await Businesses());
    }

    [Fact]
    public async Task A_refusal_is_not_kept_so_the_corrected_request_may_use_the_key()
    {
        var refused = await Make("key-1", "");
        var made = await Make("key-1", "Shop");

        Assert.Equal((422, 201), (refused.Status, made.Status));
    }

    [Fact]
    public async Task After_a_day_the_key_is_free()
    {
        await Make("key-1", "Shop");
        _clock.Advance(TimeSpan.FromHours(24.1));

        var later = await Make("key-1", "Shop");

        Assert.Equal((201, null), (later.Status, later.Header("Idempotent-Replayed")));
        Assert.Equal(2, await Businesses());
    }

    [Fact]
    public async Task Two_callers_never_meet_in_a_key()
    {
        var one = await TestApi.OfBusiness(App);
        var other = await TestApi.OfBusiness(App);
        const string channel = """{"kind": "website", "name": "Shop", "settings": {"allowed_origins": ["https://shop.example"]}}""";

        var first = await one.Send(HttpMethod.Post, "/api/v1/channels", channel, ("Idempotency-Key", "key-1"));
        var second = await other.Send(HttpMethod.Post, "/api/v1/channels", channel, ("Idempotency-Key", "key-1"));

        Assert.Equal((201, 201), (first.Status, second.Status));
        Assert.NotEqual(first.Body.GetProperty("id").GetInt64(), second.Body.GetProperty("id").GetInt64());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task A_key_that_is_none_is_400(string key)
    {
        var answer = await Make(key, "Shop");

        Assert.Equal((400, "invalid_idempotency_key"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_secret_that_is_shown_once_is_not_readable_in_the_database()
    {
        var made = await Make("key-1", "Shop");

        var kept = await App.InMany(db => db.Set<IdempotentAnswer>().Select(row => row.Answer).SingleAsync());

        Assert.NotNull(kept);
        Assert.DoesNotContain(made.Body.GetProperty("internal_api_key").GetString()!, System.Text.Encoding.UTF8.GetString(kept), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_whose_process_died_before_it_answered_gives_its_key_back()
    {
        await Make("key-1", "Shop");
        await App.InMany(async db =>
        {
            await using var write = await db.BeginAsync(Cancellation);
            var rows = await db.Set<IdempotentAnswer>().ExecuteUpdateAsync(set => set.SetProperty(row => row.Answer, (byte[]?)null), Cancellation);
            await write.CommitAsync(Cancellation);
            return rows;
        });
        _clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(201, (await Make("key-1", "Shop")).Status);
    }

    [Fact]
    public async Task What_is_older_than_a_day_is_removed()
    {
        await Make("key-1", "Shop");
        _clock.Advance(TimeSpan.FromHours(25));
        await Make("key-2", "Shop");

        await using (var scope = App.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<Expiry>().RunAsync(Cancellation);
        }

        Assert.Equal(1, await App.InMany(db => db.Set<IdempotentAnswer>().CountAsync()));
    }

    private static string Body(string name) => $$"""{"business_name": "{{name}}"}""";

    private Task<Answer> Make(string key, string name) => new TestApi(App, TestApp.MasterKey).Send(HttpMethod.Post, Path, Body(name), ("Idempotency-Key", key));

    private Task<int> Businesses() => App.InMany(db => db.Set<Tenant>().CountAsync());
}
