using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inbox.Tests;

/// <summary>Webhook requests of the WhatsApp Business Platform, written for these tests after the platform's documentation.</summary>
public static class WhatsAppJson
{
    private static long _ids;

    /// <summary>A message id in the platform's form that no other test has.</summary>
    public static string NewId() => $"wamid.TEST{Environment.ProcessId}X{Interlocked.Increment(ref _ids)}";

    /// <param name="entries">What <see cref="Messages"/> and <see cref="Statuses"/> make; each is one change of one entry.</param>
    public static JsonObject Request(params IEnumerable<JsonObject> entries)
        => new() { ["object"] = "whatsapp_business_account", ["entry"] = new JsonArray([.. entries]) };

    public static JsonObject Messages(string phoneNumberId, params IEnumerable<JsonObject> messages)
    {
        var all = messages.ToArray();
        var people = all.Select(message => (string?)message["from"]).OfType<string>().Distinct()
            .Select(number => new JsonObject { ["profile"] = new JsonObject { ["name"] = NameOf(number) }, ["wa_id"] = number });
        return Entry(phoneNumberId, new JsonObject { ["contacts"] = new JsonArray([.. people]), ["messages"] = new JsonArray([.. all]) });
    }

    /// <summary>Messages that our side wrote in the phone app: outbound ones that need no sending.</summary>
    public static JsonObject Echoes(string phoneNumberId, params IEnumerable<JsonObject> echoes)
    {
        var entry = Entry(phoneNumberId, new JsonObject { ["message_echoes"] = new JsonArray([.. echoes]) });
        entry["changes"]![0]!["field"] = "smb_message_echoes";
        return entry;
    }

    /// <summary>One of <see cref="Echoes"/>.</summary>
    public static JsonObject Echo(string to, string body, string? id = null, DateTimeOffset? at = null)
    {
        var echo = Text("15550100100", body, id, at);
        echo["to"] = to;
        return echo;
    }

    public static JsonObject Statuses(string phoneNumberId, params IEnumerable<JsonObject> statuses)
        => Entry(phoneNumberId, new JsonObject { ["statuses"] = new JsonArray([.. statuses]) });

    public static JsonObject Text(string from, string body, string? id = null, DateTimeOffset? at = null)
        => Message(from, "text", new JsonObject { ["body"] = body }, id, at);

    public static JsonObject Message(string from, string type, JsonObject content, string? id = null, DateTimeOffset? at = null)
        => new() { ["from"] = from, ["id"] = id ?? NewId(), ["timestamp"] = Seconds(at), ["type"] = type, [type] = content };

    public static JsonObject Status(string id, string status, string recipient, DateTimeOffset? at = null)
        => new() { ["id"] = id, ["status"] = status, ["timestamp"] = Seconds(at), ["recipient_id"] = recipient };

    public static byte[] Bytes(JsonNode request) => JsonSerializer.SerializeToUtf8Bytes(request);

    public static string NameOf(string number) => $"Customer {number[^4..]}";

    private static JsonObject Entry(string phoneNumberId, JsonObject value)
    {
        value.Insert(0, "messaging_product", "whatsapp");
        value.Insert(1, "metadata", new JsonObject { ["display_phone_number"] = "15550100100", ["phone_number_id"] = phoneNumberId });
        return new JsonObject
        {
            ["id"] = "1234567890987654321",
            ["changes"] = new JsonArray(new JsonObject { ["field"] = "messages", ["value"] = value }),
        };
    }

    private static string Seconds(DateTimeOffset? at)
        => (at ?? TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
