using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Channels.Health;

public sealed class ChannelNewsTestsOnSqlite() : ChannelNewsTests(TestDatabase.Sqlite);

public sealed class ChannelNewsTestsOnPostgreSql() : ChannelNewsTests(TestDatabase.PostgreSql);

/// <summary>What platforms say of the accounts: on the channel's card, and in the list of its news.</summary>
public abstract class ChannelNewsTests(TestDatabase database) : AppTests(database)
{
    private Team _team = null!;
    private WhatsAppNumber _number = null!;

    [Fact]
    public async Task A_flagged_number_is_a_warning_until_the_platform_takes_it_back()
    {
        await Given();

        await Tell("phone_number_quality_update", """{"display_phone_number": "15550100145", "event": "FLAGGED", "current_limit": "TIER_10K"}""", 200);
        var flagged = await Channel();
        Assert.Contains("15550100145", flagged.GetProperty("warning").GetString(), StringComparison.Ordinal);
        Assert.Equal("10000", flagged.GetProperty("daily_limit").GetString());

        await Tell("phone_number_quality_update", """{"display_phone_number": "15550100145", "event": "UNFLAGGED", "current_limit": "TIER_10K"}""", 300);
        Assert.Equal(JsonValueKind.Null, (await Channel()).GetProperty("warning").ValueKind);

        await Tell("phone_number_quality_update", """{"display_phone_number": "15550100145", "event": "DOWNGRADE", "current_limit": "TIER_2K"}""", 100);
        Assert.Equal(JsonValueKind.Null, (await Channel()).GetProperty("warning").ValueKind);
    }

    [Fact]
    public async Task News_are_listed_newest_first_in_words_and_as_they_came()
    {
        await Given();
        await Tell("account_update", """{"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1641330498}]}""", 100);
        await Tell("something_new", """{"event": "X"}""", 200);

        var first = await Events("?limit=1");
        var second = await Events($"?limit=1&cursor={first.GetProperty("next_cursor").GetString()}");

        var unknown = first.GetProperty("items")[0];
        Assert.Equal(("something_new", null, "X"), (unknown.GetProperty("field").GetString(), unknown.GetProperty("says").GetString(), unknown.GetProperty("content").GetProperty("event").GetString()));
        var restriction = second.GetProperty("items")[0];
        Assert.Equal(
            ("account_update", "warning", "WhatsApp restricts the business account: no templates to people who did not write until 2022-01-04 21:08 UTC."),
            (restriction.GetProperty("field").GetString(), restriction.GetProperty("kind").GetString(), restriction.GetProperty("says").GetString()));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);
        Assert.Equal("channel_not_found", (await _team.Api.Send(HttpMethod.Get, "/api/v1/channels/123456/events")).Code);
    }

    [Fact]
    public void What_came_as_it_was_is_for_who_may_see_addresses() => Assert.Equal(ContactPermissions.ReadAddresses, ChannelEvents.ReadAddresses);

    [Theory]
    [InlineData("account_update", """{"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": "April 17, 2025"}}""", "warning")]
    [InlineData("account_update", """{"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}""", "better")]
    [InlineData("account_update", """{"event": 5}""", "neutral")]
    [InlineData("account_alerts", """{"alert_info": {"alert_severity": "CRITICAL", "alert_type": "X", "alert_description": "Look into it"}}""", "warning")]
    [InlineData("account_review_update", """{"decision": "REJECTED"}""", "warning")]
    [InlineData("phone_number_name_update", """{"display_phone_number": "1", "decision": "REJECTED", "requested_verified_name": "Acme", "rejection_reason": "NAME_EMPTY"}""", "warning")]
    [InlineData("business_capability_update", """{"max_daily_conversations_per_business": "TIER_2K", "max_phone_numbers_per_business": 5}""", "neutral")]
    [InlineData("business_capability_update", """{"max_daily_conversation_per_phone": -1}""", "neutral")]
    public async Task Each_kind_of_news_of_an_account_is_a_sentence(string field, string value, string kind)
    {
        await Given();

        await Tell(field, value, 100);

        var told = (await Events("")).GetProperty("items")[0];
        Assert.Equal(kind, told.GetProperty("kind").GetString());
        Assert.EndsWith(".", told.GetProperty("says").GetString() + (field == "account_alerts" ? "." : ""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("instagram", "comments", """{"text": "Lovely", "from": {"id": "1", "username": "mara"}, "media": {"id": "2", "media_product_type": "FEED"}, "id": "3"}""", "mara commented: Lovely")]
    [InlineData("messenger", "feed", """{"item": "comment", "verb": "add", "message": "Lovely", "from": {"id": "1", "name": "Mara"}, "post_id": "10_1", "comment_id": "1_2"}""", "Mara commented: Lovely")]
    [InlineData("messenger", "feed", """{"item": "like", "verb": "add"}""", null)]
    public async Task A_comment_is_kept_as_an_event(string kind, string field, string value, string? says)
    {
        await Given();
        var channel = await App.InBusiness(_team.Tenant, async db =>
        {
            var row = db.Add(new Channel { TenantId = _team.Tenant, Kind = kind, Name = kind, ExternalId = "10", ProvenAt = DateTime.UnixEpoch, CreatedAt = DateTime.UnixEpoch }).Entity;
            await db.SaveChangesAsync(Cancellation);
            return row.Id;
        });
        var body = WhatsAppJson.Bytes(JsonNode.Parse($$$"""{"object": "{{{(kind == "messenger" ? "page" : kind)}}}", "entry": [{"id": "10", "time": 1, "changes": [{"field": "{{{field}}}", "value": {{{value}}}}]}]}""")!);

        using var answer = await _number.Post(body, WhatsAppNumber.Signature(body, TestApp.AppSecret), $"/webhooks/{kind}");
        await App.InboundIsIdle();

        var told = (await _team.Api.Send(HttpMethod.Get, $"/api/v1/channels/{channel}/events")).Body.GetProperty("items")[0];
        Assert.Equal((field, says), (told.GetProperty("field").GetString(), told.GetProperty("says").GetString()));
        Assert.Equal(field, told.GetProperty("content").GetProperty("field").GetString());
    }

    private async Task Given()
    {
        _team = await Team.In(App);
        _number = await App.GivenWhatsApp(_team.Tenant);
        await App.InBusiness(_team.Tenant, db => db.Set<Channel>().ExecuteUpdateAsync(set => set.SetProperty(channel => channel.GroupId, "9001"), Cancellation));
    }

    private async Task Tell(string field, string value, int second)
    {
        await _number.Deliver(JsonNode.Parse($$$"""{"object": "whatsapp_business_account", "entry": [{"id": "9001", "time": {{{1_700_000_000 + second}}}, "changes": [{"field": "{{{field}}}", "value": {{{value}}}}]}]}""")!);
        await App.InboundIsIdle();
    }

    private async Task<JsonElement> Channel() => (await _team.Api.Send(HttpMethod.Get, $"/api/v1/channels/{_number.ChannelId}")).Body;

    private async Task<JsonElement> Events(string query) => (await _team.Api.Send(HttpMethod.Get, $"/api/v1/channels/{_number.ChannelId}/events{query}")).Body;
}
