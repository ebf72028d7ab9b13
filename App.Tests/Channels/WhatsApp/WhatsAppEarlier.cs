using System.Globalization;
using System.Text.Json.Nodes;

namespace Inbox.Tests.Channels.WhatsApp;

/// <summary>What a webhook body of WhatsApp speaks of, as the platform has delivered it before: the message that a status is about, that is answered, liked, changed or taken back.</summary>
internal static class WhatsAppEarlier
{
    private const string Customer = "15550100142";

    private static readonly string[] Senders = ["from", "from_user_id"];

    /// <summary>The accounts that a body names. A notice names the business account alone, and has a number of it here.</summary>
    public static IEnumerable<(string Account, string? Group)> Accounts(JsonNode body)
        => Changes(body).Select(change => (
            Text(change.Value?["metadata"]?["phone_number_id"]) ?? $"number of {Text(change.Entry["id"])}",
            Text(change.Entry["id"]))).Distinct();

    public static IEnumerable<JsonNode> Of(JsonNode body)
        => Changes(body).Where(change => change.Value is not null)
            .SelectMany(change => Needs(change.Field, change.Value!).DistinctBy(need => Text(need.Item["id"])).Select(need => Body(change.Entry, change.Value!, need.Field, need.Item)));

    private static IEnumerable<(string Field, JsonObject Item)> Needs(string field, JsonNode value)
    {
        foreach (var status in Objects(value["statuses"]).Where(status => Text(status["id"]) is not null))
        {
            yield return Echo(value, Text(status["id"])!, status, Text(status["recipient_participant_id"]) ?? Text(status["recipient_id"]), Text(status["recipient_user_id"]));
        }

        foreach (var message in Objects(value["messages"]).Concat(Objects(value["message_echoes"])))
        {
            var (from, user) = (Text(message["from"]), Text(message["from_user_id"]));
            if (Text(message["context"]?["id"]) is { } answered)
            {
                yield return Echo(value, answered, message, from, user);
            }

            if (message["reaction"] is { } reaction)
            {
                yield return Echo(value, Text(reaction["message_id"])!, message, from, user);
                if (string.IsNullOrEmpty(Text(reaction["emoji"])))
                {
                    yield return ("messages", Message(message, $"{message["id"]}-liked", "reaction", new JsonObject { ["message_id"] = Text(reaction["message_id"]), ["emoji"] = "🎉" }, secondsBefore: 30));
                }
            }

            var target = Text(message["edit"]?["original_message_id"]) ?? Text(message["revoke"]?["original_message_id"]);
            if (target is not null && field == "smb_message_echoes")
            {
                // Recorded ones name the customer in "from".
                yield return Echo(value, target, message, from == Text(value["metadata"]?["display_phone_number"]) ? Text(message["to"]) : from, user: null);
            }
            else if (target is not null)
            {
                yield return ("messages", Text(message["edit"]?["message"]?["type"]) == "image"
                    ? Message(message, target, "image", new JsonObject { ["id"] = "770001", ["mime_type"] = "image/jpeg", ["caption"] = "Earlier" })
                    : Message(message, target, "text", new JsonObject { ["body"] = "Earlier" }));
            }
        }

        // Of somebody who never wrote there is nothing to say.
        foreach (var told in Objects(value["user_preferences"]).Concat(Objects(value["user_id_update"])).Where(told => told["wa_id"] is not null))
        {
            var message = new JsonObject { ["from"] = Text(told["wa_id"]), ["timestamp"] = told["timestamp"]?.DeepClone() };
            if (Text(told["user_id"]?["previous"]) is { } previous)
            {
                message["from_user_id"] = previous;
            }

            yield return ("messages", Message(message, "wamid.earlier", "text", new JsonObject { ["body"] = "Earlier" }));
        }
    }

    /// <summary>Written on the business's phone: the platform tells of it, and of what becomes of it.</summary>
    private static (string Field, JsonObject Item) Echo(JsonNode value, string id, JsonNode about, string? to, string? user)
    {
        var echo = Message(about, id, "text", new JsonObject { ["body"] = "Earlier" });
        echo["from"] = Text(value["metadata"]?["display_phone_number"]);
        echo.Remove("from_user_id");
        if (to is not null || user is null)
        {
            echo["to"] = to ?? Customer;
        }

        if (user is not null)
        {
            echo["to_user_id"] = user;
        }

        return ("smb_message_echoes", echo);
    }

    private static JsonObject Message(JsonNode about, string id, string type, JsonObject content, int secondsBefore = 60)
    {
        var message = new JsonObject
        {
            ["id"] = id,
            ["timestamp"] = (long.Parse(Text(about["timestamp"])!, CultureInfo.InvariantCulture) - secondsBefore).ToString(CultureInfo.InvariantCulture),
            ["type"] = type,
            [type] = content,
        };
        foreach (var key in Senders.Where(key => about[key] is not null))
        {
            message[key] = Text(about[key]);
        }

        return message;
    }

    private static JsonObject Body(JsonNode entry, JsonNode value, string field, JsonObject item)
    {
        var told = new JsonObject { ["messaging_product"] = "whatsapp", ["metadata"] = value["metadata"]?.DeepClone() };
        if (value["contacts"] is JsonArray contacts)
        {
            told["contacts"] = contacts.DeepClone();
        }

        told[field == "messages" ? "messages" : "message_echoes"] = new JsonArray(item);
        return WhatsAppJson.Request(new JsonObject { ["id"] = Text(entry["id"]), ["changes"] = new JsonArray(new JsonObject { ["field"] = field, ["value"] = told }) });
    }

    private static IEnumerable<(JsonNode Entry, string Field, JsonNode? Value)> Changes(JsonNode body)
        => from entry in Objects(body["entry"])
           from change in entry["changes"] is JsonArray changes ? Objects(changes) : [new JsonObject()]
           select ((JsonNode)entry, Text(change["field"]) ?? "", change["value"]);

    private static IEnumerable<JsonObject> Objects(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();

    private static string? Text(JsonNode? value) => value?.ToString();
}
