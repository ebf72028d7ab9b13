using System.Text.Json;
using Inbox.Data;

namespace Inbox.Channels.WhatsApp;

/// <summary>
/// Reads a webhook request of the WhatsApp Business Platform: any number of entries, changes and items, of any number of
/// accounts. What one item makes unreadable costs the others nothing.
/// </summary>
internal static class WhatsAppParser
{
    /// <exception cref="UnreadableDeliveryException">The body as a whole is no delivery of WhatsApp.</exception>
    public static IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body, DateTime receivedAt)
    {
        using var document = JsonText.Parse(body);
        var root = document.RootElement;
        if (root.At("object") is { ValueKind: not JsonValueKind.Undefined } kind && kind.Text() != "whatsapp_business_account")
        {
            throw new UnreadableDeliveryException("The body is not of WhatsApp: its \"object\" is not \"whatsapp_business_account\".");
        }

        if (root.At("entry").ValueKind != JsonValueKind.Array)
        {
            throw new UnreadableDeliveryException("The body has no list \"entry\", so it is no delivery of WhatsApp.");
        }

        var items = new List<InboundItem>();
        foreach (var entry in root.At("entry").Items())
        {
            AddEntry(items, entry, receivedAt);
        }

        return items;
    }

    private static void AddEntry(List<InboundItem> items, JsonElement entry, DateTime receivedAt)
    {
        var group = entry.At("id").Id();
        var sentAt = entry.At("time").Seconds();
        if (entry.At("changes").ValueKind != JsonValueKind.Array)
        {
            items.Add(WhatsAppNotices.Unreadable(new WhatsAppChange("entry", group, sentAt, receivedAt, default), entry));
            return;
        }

        foreach (var change in entry.At("changes").Items())
        {
            var field = change.At("field").Text() is { Length: > 0 } name ? name.Cut(60) : "unknown";
            AddChange(items, new WhatsAppChange(field, group, sentAt, receivedAt, change.At("value")), change);
        }
    }

    private static void AddChange(List<InboundItem> items, WhatsAppChange change, JsonElement whole)
    {
        var value = change.Value;
        switch (change.Field)
        {
            case "messages" or "unknown" when Has(value, "messages") || Has(value, "statuses") || Has(value, "errors"):
                items.AddRange(value.At("messages").Items().Select(message => WhatsAppMessages.Read(change, message, isEcho: false)));
                items.AddRange(value.At("statuses").Items().Select(status => WhatsAppStatuses.Read(change, status)));
                items.AddRange(value.At("errors").Items().Select(error => WhatsAppNotices.AccountError(change, error)));
                break;
            case "smb_message_echoes" when Has(value, "message_echoes"):
                items.AddRange(value.At("message_echoes").Items().Select(echo => WhatsAppMessages.Read(change, echo, isEcho: true)));
                break;
            case "user_preferences" when Has(value, "user_preferences"):
                items.AddRange(value.At("user_preferences").Items().Select(preference => WhatsAppNotices.Preference(change, preference)));
                break;
            case "user_id_update" when Has(value, "user_id_update"):
                items.AddRange(value.At("user_id_update").Items().Select(update => WhatsAppNotices.UserId(change, update)));
                break;
            case not "unknown" when value.ValueKind == JsonValueKind.Object:
                items.Add(WhatsAppNotices.OfAccount(change));
                break;
            default:
                items.Add(WhatsAppNotices.Unreadable(change, whole));
                break;
        }
    }

    private static bool Has(JsonElement value, string list) => value.At(list).ValueKind == JsonValueKind.Array;
}

/// <summary>One change of an entry, with what stands around it.</summary>
/// <param name="Group">The business account (WABA) that the entry is for.</param>
/// <param name="SentAt">When the platform sent the entry; most entries do not say.</param>
internal sealed record WhatsAppChange(string Field, string? Group, DateTime? SentAt, DateTime ReceivedAt, JsonElement Value)
{
    /// <summary>The phone_number_id; empty where the change names none.</summary>
    public string Account => Value.At("metadata").At("phone_number_id").Id() ?? "";

    /// <summary>The item's own time, unless it is missing, unreadable or of tomorrow.</summary>
    public DateTime TimeOf(JsonElement item)
        => item.At("timestamp").Seconds() is { } at && at < ReceivedAt.AddDays(1) ? at : SentAt is { } sent && sent < ReceivedAt.AddDays(1) ? sent : ReceivedAt;
}
