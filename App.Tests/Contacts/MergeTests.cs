using Inbox.Contacts;
using Inbox.Conversations;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Contacts;

public sealed class MergeTestsOnSqlite() : MergeTests(TestDatabase.Sqlite);

public sealed class MergeTestsOnPostgreSql() : MergeTests(TestDatabase.PostgreSql);

public abstract class MergeTests(TestDatabase database) : AppTests(database)
{
    private TestApi _shop = null!;
    private WhatsAppNumber _number = null!;
    private long _ann, _anna;

    [Fact]
    public async Task Two_contacts_become_one_with_all_that_each_had()
    {
        await GivenTwo();

        var merged = await Merge("""["name"]""");

        Assert.Equal(200, merged.Status);
        var contact = merged.Body.GetProperty("contact");
        Assert.Equal(("Anna", "15550100142", "anna@shop.example"), (Text(contact, "name"), Text(contact, "phone"), Text(contact, "email")));
        Assert.Equal(["15550100142", "15550100143"], contact.GetProperty("identities").EnumerateArray().Select(identity => Text(identity, "address")));
        Assert.Equal(["one", "two"], contact.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal(("a", "b"), (Text(contact.GetProperty("custom_fields"), "first"), Text(contact.GetProperty("custom_fields"), "second")));
        Assert.Equal("contact_not_found", (await _shop.Send(HttpMethod.Get, $"/api/v1/contacts/{_anna}")).Code);
        Assert.Equal(2, (await _shop.Send(HttpMethod.Get, $"/api/v1/contacts/{_ann}/notes")).Body.GetProperty("items").GetArrayLength());
        var conversations = await Conversations();
        Assert.All(conversations, conversation => Assert.Equal(_ann, conversation.ContactId));
        Assert.Equal([ConversationStatus.Closed, ConversationStatus.Open], conversations.Select(conversation => conversation.Status));
    }

    [Fact]
    public async Task An_answer_goes_to_the_address_that_the_conversation_came_from()
    {
        await GivenTwo();
        await Merge();
        var open = (await Conversations()).Single(conversation => conversation.Status == ConversationStatus.Open);

        Assert.Equal(201, (await _shop.Send(HttpMethod.Post, $"/api/v1/conversations/{open.Id}/messages", """{"text_content": "To Anna"}""")).Status);
        Assert.Equal("15550100143", await LastTo());

        await _number.DeliverText("15550100142", "Ann again");
        await App.InboundIsIdle();
        Assert.Equal(201, (await _shop.Send(HttpMethod.Post, $"/api/v1/conversations/{open.Id}/messages", """{"text_content": "To Ann"}""")).Status);
        Assert.Equal("15550100142", await LastTo());
    }

    [Fact]
    public async Task A_merge_is_undone_without_loss()
    {
        await GivenTwo();
        var (ann, anna) = (await Shown(_ann), await Shown(_anna));
        var before = (await Conversations()).ConvertAll(conversation => (conversation.Id, conversation.ContactId, conversation.Status));
        var merge = (await Merge("""["name", "email"]""")).Body.GetProperty("merge_id").GetInt64();

        var undone = await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{_ann}/merges/{merge}/undo");

        Assert.Equal(200, undone.Status);
        Assert.Equal(ann, await Shown(_ann));
        Assert.Equal(anna, await Shown(_anna));
        Assert.Equal(before, (await Conversations()).ConvertAll(conversation => (conversation.Id, conversation.ContactId, conversation.Status)));
        Assert.Equal("merge_undone", (await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{_ann}/merges/{merge}/undo")).Code);
        Assert.NotNull(Text((await _shop.Send(HttpMethod.Get, $"/api/v1/contacts/{_ann}/merges")).Body.GetProperty("items")[0], "undone_at"));
    }

    [Fact]
    public async Task What_came_after_the_merge_goes_back_with_its_address_and_what_somebody_changed_stays()
    {
        await GivenTwo();
        var merge = (await Merge("""["name"]""")).Body.GetProperty("merge_id").GetInt64();
        await _shop.Send(HttpMethod.Put, $"/api/v1/contacts/{_ann}", """{"name": "Ann-Marie"}""");
        var other = await App.GivenWhatsApp();
        await other.DeliverText("15550100143", "Anna on another number");
        await App.InboundIsIdle();

        await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{_ann}/merges/{merge}/undo");

        Assert.Equal("Ann-Marie", Text((await _shop.Send(HttpMethod.Get, $"/api/v1/contacts/{_ann}")).Body, "name"));
        var begun = (await Conversations()).Single(conversation => conversation.ChannelId == other.ChannelId);
        Assert.NotEqual(_ann, begun.ContactId);
        await _number.DeliverText("15550100143", "Anna again");
        await App.InboundIsIdle();
        Assert.Equal(_anna, (await Conversations()).Where(conversation => conversation.ChannelId == _number.ChannelId).MaxBy(conversation => conversation.LastMessageId)!.ContactId);
    }

    [Theory]
    [InlineData("15550100143", "Stop", true)]
    [InlineData("15550100142", "Stop", false)]
    public async Task Who_said_since_the_merge_that_they_want_no_more_is_the_one_who_does_not_after_it_is_undone(string from, string words, bool isAnna)
    {
        await GivenTwo();
        var merge = (await Merge()).Body.GetProperty("merge_id").GetInt64();
        await _number.DeliverText(from, words);
        await App.InboundIsIdle();
        Assert.NotNull(await OptedOut(_ann));

        await Undo(merge);

        Assert.Equal((!isAnna, isAnna), (await OptedOut(_ann) is not null, await OptedOut(_anna) is not null));
        Assert.Equal((isAnna ? 0 : 1, isAnna ? 1 : 0), (await Proofs(_ann), await Proofs(_anna)));
    }

    [Fact]
    public async Task Who_wants_messages_again_since_the_merge_does_so_alone_after_it_is_undone()
    {
        await GivenTwo();
        await _number.DeliverMessage(WhatsAppJson.Text("15550100143", "Stop", at: App.Clock.GetUtcNow().AddMinutes(-2)));
        await App.InboundIsIdle();
        var merge = (await Merge()).Body.GetProperty("merge_id").GetInt64();
        await _number.DeliverText("15550100143", "Start");
        await App.InboundIsIdle();

        await Undo(merge);

        Assert.Equal((null, null), (await OptedOut(_ann), await OptedOut(_anna)));
        Assert.Equal((0, 2), (await Proofs(_ann), await Proofs(_anna)));
        Assert.Null(Text((await _shop.Send(HttpMethod.Get, $"/api/v1/contacts/{_ann}")).Body, "opted_in_at"));
        Assert.NotNull(Text((await _shop.Send(HttpMethod.Get, $"/api/v1/contacts/{_anna}")).Body, "opted_in_at"));
    }

    [Fact]
    public async Task What_nobody_can_tell_whose_it_is_counts_for_both()
    {
        await GivenTwo();
        var merge = (await Merge()).Body.GetProperty("merge_id").GetInt64();
        Assert.Equal(200, (await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{_ann}/opt-out", """{"words": "Said so on the phone"}""")).Status);
        Assert.Equal(200, (await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{_ann}/block")).Status);

        await Undo(merge);

        foreach (var contact in new[] { _ann, _anna })
        {
            Assert.NotNull(await OptedOut(contact));
            Assert.Equal(1, await Proofs(contact));
            Assert.NotNull(await App.InBusiness(1, db => db.Set<Contact>().Where(row => row.Id == contact).Select(row => row.BlockedAt).SingleAsync(Cancellation)));
        }

        Assert.All(await Conversations(), conversation => Assert.Equal(ConversationStatus.Spam, conversation.Status));
    }

    [Fact]
    public async Task A_merge_inside_another_waits_for_the_later_one()
    {
        await GivenTwo();
        var merge = (await Merge()).Body.GetProperty("merge_id").GetInt64();
        var third = (await _shop.Send(HttpMethod.Post, "/api/v1/contacts", """{"name": "Third"}""")).Body.GetProperty("id").GetInt64();
        var later = (await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{third}/merge", $$"""{"contact_id": {{_ann}}}""")).Body.GetProperty("merge_id").GetInt64();

        Assert.Equal("merged_further", (await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{_ann}/merges/{merge}/undo")).Code);
        Assert.Equal(200, (await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{third}/merges/{later}/undo")).Status);
        Assert.Equal(200, (await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{_ann}/merges/{merge}/undo")).Status);
        Assert.Equal(200, (await _shop.Send(HttpMethod.Get, $"/api/v1/contacts/{_anna}")).Status);
    }

    [Fact]
    public async Task A_contact_is_merged_with_another_one_of_the_business_only()
    {
        await GivenTwo();
        foreach (var wrong in new[] { _ann, 987654321 })
        {
            var refused = await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{_ann}/merge", $$"""{"contact_id": {{wrong}}}""");
            Assert.Equal((422, "invalid_value"), (refused.Status, refused.Code));
        }

        Assert.Equal("contact_not_found", (await _shop.Send(HttpMethod.Post, "/api/v1/contacts/987654321/merge", $$"""{"contact_id": {{_ann}}}""")).Code);
        Assert.Equal(["take"], (await Merge("""["password"]""")).Fields);
    }

    [Fact]
    public async Task Contacts_with_the_same_phone_or_e_mail_are_suggested_until_somebody_says_that_they_are_two()
    {
        _shop = await TestApi.OfBusiness(App);
        var one = await Made("""{"name": "One", "phone": "15550100142", "email": "one@shop.example"}""");
        var phone = await Made("""{"name": "Same phone", "phone": "+1 555 010 0142"}""");
        var email = await Made("""{"name": "Same mail", "email": "ONE@shop.example"}""");
        await Made("""{"name": "Nobody"}""");

        Assert.Equal([(phone, "phone"), (email, "email")], await Suggested(one));
        Assert.Equal([(one, "phone")], await Suggested(phone));

        Assert.Equal(204, (await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{phone}/not-same", $$"""{"contact_id": {{one}}}""")).Status);
        Assert.Equal([(email, "email")], await Suggested(one));
        Assert.Empty(await Suggested(phone));
    }

    [Fact]
    public async Task The_same_phone_number_on_another_channel_is_the_same_contact_and_says_why()
    {
        _shop = await TestApi.OfBusiness(App);
        var (first, second) = (await App.GivenWhatsApp(), await App.GivenWhatsApp());
        await first.DeliverText("15550100142", "Here");
        await App.InboundIsIdle();
        await second.DeliverText("15550100142", "And there");
        await App.InboundIsIdle();

        var contact = Assert.Single(await App.InBusiness(1, db => db.Set<Contact>().ToListAsync(Cancellation)));
        Assert.Equal(
            ["first", "phone"],
            (await _shop.Send(HttpMethod.Get, $"/api/v1/contacts/{contact.Id}")).Body.GetProperty("identities").EnumerateArray().Select(identity => Text(identity, "reason")));
    }

    private async Task GivenTwo()
    {
        _shop = await TestApi.OfBusiness(App);
        foreach (var tag in new[] { "one", "two" })
        {
            await _shop.Send(HttpMethod.Post, "/api/v1/tags", $$"""{"name": "{{tag}}"}""");
        }

        foreach (var field in new[] { "first", "second" })
        {
            await _shop.Send(HttpMethod.Post, "/api/v1/custom-fields", $$"""{"name": "{{field}}", "kind": "text"}""");
        }

        _number = await App.GivenWhatsApp();
        await _number.DeliverText("15550100142", "Ann");
        await App.InboundIsIdle();
        await _number.DeliverText("15550100143", "Anna");
        await App.InboundIsIdle();
        (_ann, _anna) = (await ContactOf("15550100142"), await ContactOf("15550100143"));
        await _shop.Send(HttpMethod.Put, $"/api/v1/contacts/{_ann}", """{"name": "Ann", "tags": ["one"], "custom_fields": {"first": "a"} }""");
        await _shop.Send(HttpMethod.Put, $"/api/v1/contacts/{_anna}", """{"name": "Anna", "email": "anna@shop.example", "tags": ["one", "two"], "custom_fields": {"first": "x", "second": "b"} }""");
        await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{_ann}/notes", """{"text": "On Ann"}""");
        await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{_anna}/notes", """{"text": "On Anna"}""");
    }

    private async Task Undo(long merge) => Assert.Equal(200, (await _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{_ann}/merges/{merge}/undo")).Status);

    private Task<DateTime?> OptedOut(long contact) => App.InBusiness(1, db => db.Set<Contact>().Where(row => row.Id == contact).Select(row => row.OptedOutAt).SingleAsync(Cancellation));

    private async Task<int> Proofs(long contact) => (await _shop.Send(HttpMethod.Get, $"/api/v1/contacts/{contact}/consents")).Body.GetProperty("items").GetArrayLength();

    private Task<Answer> Merge(string take = "[]") => _shop.Send(HttpMethod.Post, $"/api/v1/contacts/{_ann}/merge", $$"""{"contact_id": {{_anna}}, "take": {{take}}}""");

    private async Task<long> Made(string body) => (await _shop.Send(HttpMethod.Post, "/api/v1/contacts", body)).Body.GetProperty("id").GetInt64();

    private async Task<IEnumerable<(long, string?)>> Suggested(long contact)
        => (await _shop.Send(HttpMethod.Get, $"/api/v1/contacts/{contact}/suggestions")).Body.GetProperty("items").EnumerateArray()
            .Select(item => (item.GetProperty("contact").GetProperty("id").GetInt64(), Text(item, "reason"))).ToList();

    private Task<long> ContactOf(string phone) => App.InBusiness(1, db => db.Set<Contact>().Where(contact => contact.Phone == phone).Select(contact => contact.Id).SingleAsync(Cancellation));

    private Task<List<Conversation>> Conversations() => App.InBusiness(1, db => db.Set<Conversation>().AsNoTracking().OrderBy(conversation => conversation.Id).ToListAsync(Cancellation));

    private Task<string> LastTo() => App.InBusiness(1, db => db.Set<Inbox.Channels.Outbound.OutboxItem>().OrderByDescending(item => item.Id).Select(item => item.To).FirstAsync(Cancellation));

    /// <summary>All that the API says of a contact, but for when it was changed.</summary>
    private async Task<string> Shown(long contact)
    {
        var seen = (await _shop.Send(HttpMethod.Get, $"/api/v1/contacts/{contact}")).Body.EnumerateObject().Where(field => field.Name != "updated_at").Select(field => field.ToString());
        var notes = (await _shop.Send(HttpMethod.Get, $"/api/v1/contacts/{contact}/notes")).Body.GetRawText();
        return string.Join('\n', seen.Append(notes));
    }

    private static string? Text(System.Text.Json.JsonElement item, string field) => item.GetProperty(field).GetString();
}
