using System.Text.Json.Nodes;
using Inbox.Channels.Sandbox;
using Inbox.Conversations;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations;

public sealed class MessageHistoryTestsOnSqlite() : MessageHistoryTests(TestDatabase.Sqlite);

public sealed class MessageHistoryTestsOnPostgreSql() : MessageHistoryTests(TestDatabase.PostgreSql);

/// <summary>What became of a message, with the reasons and the price that the platform told.</summary>
public abstract class MessageHistoryTests(TestDatabase database) : SandboxConversation(database)
{
    private static readonly DateTime Noon = new(2026, 7, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task The_price_stands_with_the_step_that_told_it_and_an_error_with_its_failure()
    {
        var conversation = await Given();
        var read = await Write("Hello");
        await Out.Reaches(read, MessageStatus.Read);
        App.Services.GetRequiredService<SandboxFaults>().Add(Channel.ExternalId, new SandboxFault(SandboxFaultKind.Error, Code: 131026));
        var failed = await Write("Nobody there");
        await Out.Reaches(failed, MessageStatus.Failed);

        var steps = await History(read);
        Assert.Equal(["queued", "sending", "sent", "delivered", "read"], steps.Select(step => (string?)step["status"]).Distinct());
        var prices = steps.Select(step => step["pricing"]).Where(price => price is not null).ToList();
        Assert.NotEmpty(prices);
        Assert.All(prices, price => Assert.Equal(("service", false, "PMP", "free_customer_service"), ((string?)price!["category"], (bool?)price["billable"], (string?)price["model"], (string?)price["type"])));

        var end = (await History(failed))[^1];
        Assert.Equal(("failed", "131026"), ((string?)end["status"], (string?)end["error"]!["code"]));
        Assert.StartsWith("WhatsApp cannot deliver", (string?)end["error"]!["detail"], StringComparison.Ordinal);

        async Task<long> Write(string text)
            => (await Api.Send(HttpMethod.Post, $"/api/v1/conversations/{conversation}/messages", $$"""{"text_content": "{{text}}"}""")).Body.GetProperty("id").GetInt64();
    }

    [Fact]
    public void A_report_belongs_to_the_first_step_of_its_word_and_a_late_one_is_a_step_of_its_own()
    {
        var history = MessageHistory.Of(
            [
                ("message_queued", Noon, "{}"), ("message_sending", Noon.AddSeconds(1), "{}"), ("message_failed", Noon.AddSeconds(2), """{"code": "190", "detail": "Connect again."}"""),
                ("message_retried", Noon.AddSeconds(3), "{}"), ("message_sent", Noon.AddSeconds(4), "{}"), ("message_status", Noon.AddSeconds(9), """{"status": "read"}"""), ("conversation_closed", Noon.AddSeconds(10), "{}"),
            ],
            [
                Report("read", 8, """{"pricing": {"billable": true, "category": "marketing", "pricing_model": "PMP"}}"""),
                Report("delivered", 6, """{"conversation": {"id": "c", "origin": {"type": "utility"}}}"""),
                Report("sent", 5, "no JSON"),
                Report("failed", 7, null, "131026"),
            ]);

        Assert.Equal(
            [("queued", null, null), ("sending", null, null), ("failed", "190", null), ("queued", null, null), ("sent", null, null), ("delivered", null, "utility"), ("failed", "131026", null), ("read", null, "marketing")],
            history.Select(step => (step.Status, step.Error?.Code, step.Pricing?.Category)));
    }

    private static MessageStatusReport Report(string status, int second, string? content, string? code = null)
        => new() { TenantId = 1, ChannelId = 1, ExternalId = "wamid.1", Status = status, At = Noon.AddSeconds(second), Content = content, ErrorCode = code };

    private async Task<IReadOnlyList<JsonNode>> History(long message)
        => [.. JsonNode.Parse((await Api.Send(HttpMethod.Get, $"/api/v1/messages/{message}")).Body.GetRawText())!["history"]!.AsArray().OfType<JsonNode>()];
}
