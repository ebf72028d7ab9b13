using Inbox.Tests.Access.People;

namespace Inbox.Tests.Conversations;

public sealed class NewMemberTestsOnSqlite() : NewMemberTests(TestDatabase.Sqlite);

public sealed class NewMemberTestsOnPostgreSql() : NewMemberTests(TestDatabase.PostgreSql);

/// <summary>Who joins does not begin with the past of the business unread, but sees what waits and what is theirs.</summary>
public abstract class NewMemberTests(TestDatabase database) : AppTests(database)
{
    private readonly TestClock _clock = new();
    private Team _team = null!;
    private WhatsAppNumber _number = null!;
    private TestApi _owner = null!;
    private int _customers;

    protected override TestAppOptions Options(TestAppOptions options) => options with { Clock = _clock };

    [Fact]
    public async Task Nothing_from_before_is_unread_but_what_waits_for_an_answer()
    {
        await GivenShop();
        var answered = await GivenConversation("Where is my parcel?", "Hello?");
        await Answer(answered);
        var waits = await GivenConversation("Do you deliver on Sunday?");
        await Answer(waits);
        await Write(waits, "And on Monday?");
        var noted = await GivenConversation("It is broken");
        Assert.Equal(201, (await _owner.Send(HttpMethod.Post, $"/api/v1/conversations/{noted}/notes", """{"text_content": "Ask the workshop"}""")).Status);
        var closed = await GivenConversation("Never mind");
        Assert.Equal(204, (await _owner.Send(HttpMethod.Post, $"/api/v1/conversations/{closed}/close")).Status);

        var ann = await GivenNewcomer("ann");

        Assert.Equal([(answered, 0), (waits, 1), (noted, 1), (closed, 0)], await Unread(ann, answered, waits, noted, closed));
        Assert.Equal(new[] { waits, noted }.Order(), await Listed(ann, "unread=true"));
        Assert.Equal([answered], await Listed(ann, "unread=false&status=open"));
        Assert.Equal([closed], await Listed(ann, "unread=false&status=closed"));
    }

    [Fact]
    public async Task What_is_theirs_is_unread_until_they_have_seen_it()
    {
        await GivenShop();
        var given = await GivenConversation("Where is my parcel?", "Hello?");
        await Answer(given);
        var ann = await GivenNewcomer("ann");
        Assert.Equal([(given, 0)], await Unread(ann, given));

        Assert.Equal(200, (await _owner.Send(HttpMethod.Patch, $"/api/v1/conversations/{given}", $$"""{"assignee_id": {{(await ann.Send(HttpMethod.Get, "/api/v1/auth/me")).Body.GetProperty("id").GetInt64()}}}""")).Status);

        Assert.Equal([(given, 1)], await Unread(ann, given));
        Assert.Equal([given], await Listed(ann, "unread=true"));
        Assert.Equal(204, (await ann.Send(HttpMethod.Post, $"/api/v1/conversations/{given}/read")).Status);
        Assert.Equal([(given, 0)], await Unread(ann, given));
    }

    [Fact]
    public async Task Everything_since_they_joined_is_unread_also_when_somebody_else_answered()
    {
        await GivenShop();
        var old = await GivenConversation("Where is my parcel?");
        await Answer(old);
        var ann = await GivenNewcomer("ann");

        await Write(old, "It came, thank you");
        var fresh = await GivenConversation("Do you sell tea?", "And cups?");
        await Answer(old);
        await Answer(fresh);

        Assert.Equal([(old, 1), (fresh, 2)], await Unread(ann, old, fresh));
        Assert.Equal(new[] { old, fresh }.Order(), await Listed(ann, "unread=true"));
    }

    private async Task GivenShop()
    {
        _team = await Team.In(App);
        _number = await App.GivenWhatsApp(_team.Tenant);
        _owner = await _team.SignedIn("owner");
    }

    private async Task<TestApi> GivenNewcomer(string name)
    {
        _clock.Advance(TimeSpan.FromSeconds(2));
        await _team.GivenPerson(name, "agent");
        return await _team.SignedIn(name);
    }

    private async Task<long> GivenConversation(params string[] texts)
    {
        var customer = $"1555010{1000 + ++_customers}";
        foreach (var text in texts)
        {
            await Write(customer, text);
        }

        var search = await _owner.Send(HttpMethod.Get, $"/api/v1/conversations?q={customer}");
        return Assert.Single(search.Body.GetProperty("items").EnumerateArray()).GetProperty("id").GetInt64();
    }

    private async Task Write(long conversation, string text)
    {
        var phone = (await _owner.Send(HttpMethod.Get, $"/api/v1/conversations/{conversation}")).Body.GetProperty("contact").GetProperty("phone").GetString()!;
        await Write(phone.TrimStart('+'), text);
    }

    private async Task Write(string customer, string text)
    {
        // The platform tells seconds, and so whoever did something in the same one would be before it.
        _clock.Advance(TimeSpan.FromSeconds(2));
        await _number.DeliverMessage(WhatsAppJson.Text(customer, text, at: _clock.GetUtcNow()));
        await App.InboundIsIdle();
    }

    private async Task Answer(long conversation)
        => Assert.Equal(201, (await _owner.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", """{"text_content": "We look into it"}""")).Status);

    private static async Task<IEnumerable<(long, int)>> Unread(TestApi api, params long[] conversations)
    {
        List<(long, int)> unread = [];
        foreach (var id in conversations)
        {
            unread.Add((id, (await api.Send(HttpMethod.Get, $"/api/v1/conversations/{id}")).Body.GetProperty("unread_count").GetInt32()));
        }

        return unread;
    }

    private static async Task<IEnumerable<long>> Listed(TestApi api, string filter)
        => (await api.Send(HttpMethod.Get, $"/api/v1/conversations?{filter}")).Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64()).Order();
}
