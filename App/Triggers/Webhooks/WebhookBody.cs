using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Audit;

namespace Inbox.Triggers.Webhooks;

/// <summary>What is sent of an event: its type, its time, and ids to ask the API with.</summary>
public static class WebhookBody
{
    public const int MostBytes = 20_000;

    public const string Ping = "webhook_ping";

    public static string IdOf(DomainEvent happened) => string.Create(CultureInfo.InvariantCulture, $"evt_{happened.TenantId}_{happened.Sequence}");

    public static string Of(DomainEvent happened)
    {
        var data = JsonNode.Parse(happened.Data) as JsonObject ?? [];
        data["sequence"] = happened.Sequence;
        data["conversation_id"] = happened.ConversationId;
        data["contact_id"] = happened.ContactId;
        data["message_id"] = happened.MessageId;
        data["user_id"] = happened.UserId;
        var body = Json(happened.Type, happened.At, data);
        if (Encoding.UTF8.GetByteCount(body) < MostBytes)
        {
            return body;
        }

        // Ids say enough; the rest is a request away.
        return Json(happened.Type, happened.At, new JsonObject
        {
            ["sequence"] = happened.Sequence,
            ["conversation_id"] = happened.ConversationId,
            ["contact_id"] = happened.ContactId,
            ["message_id"] = happened.MessageId,
            ["user_id"] = happened.UserId,
            ["shortened"] = true,
        });
    }

    public static string OfPing(DateTime at) => Json(Ping, at, []);

    private static string Json(string type, DateTime at, JsonObject data)
        => new JsonObject
        {
            ["type"] = type,
            ["timestamp"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["data"] = data,
        }.ToJsonString(JsonSerializerOptions.Web);
}
