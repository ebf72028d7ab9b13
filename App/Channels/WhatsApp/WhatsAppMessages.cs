using System.Text.Json;
using Inbox.Data;

namespace Inbox.Channels.WhatsApp;

/// <summary>Messages of customers, and echoes of what the owner typed in the phone app.</summary>
internal static class WhatsAppMessages
{
    public static InboundItem Read(WhatsAppChange change, JsonElement message, bool isEcho)
    {
        if (message.At("id").Id() is not { } id || Customer(change, message, isEcho) is not { } contact)
        {
            return WhatsAppNotices.Unreadable(change, message);
        }

        var text = message.At("type").Text() == "text" ? message.At("text").At("body").Text() : null;
        return new InboundMessage(
            change.Account,
            id,
            contact,
            isEcho,
            text is null ? "unsupported" : "text",
            text,
            text is null || IsMoreThanText(message) ? message.GetRawText() : null,
            change.TimeOf(message),
            message.At("context").At("id").Id());
    }

    private static bool IsMoreThanText(JsonElement message)
        => message.HasMoreThan("from", "from_user_id", "from_parent_user_id", "to", "to_user_id", "to_parent_user_id", "id", "timestamp", "type", "text", "context")
            || message.At("text").HasMoreThan("body")
            || (message.At("context") is { ValueKind: JsonValueKind.Object } context && context.HasMoreThan("from", "id"));

    private static InboundContact? Customer(WhatsAppChange change, JsonElement message, bool isEcho)
    {
        var (number, user) = isEcho && !IsOurs(change, message.At("to"))
            ? (message.At("to").Id(), message.At("to_user_id").Id())
            : (message.At("from").Id(), message.At("from_user_id").Id());
        var contact = Matching(change.Value.At("contacts"), number, user);

        // A user who hides the phone number is named by an id in its place.
        var phone = Phone(number) ?? Phone(contact.At("wa_id").Id());
        user ??= contact.At("user_id").Id() ?? (number is not null && Phone(number) is null ? number : null);
        if (phone is null && user is null)
        {
            // "changed from … to …" of a user without a phone number names the new id only.
            user = message.At("system").At("user_id").Id();
        }

        List<ContactAddress> addresses = [];
        if (phone is not null)
        {
            addresses.Add(new ContactAddress("phone", phone));
        }

        if (user is not null)
        {
            addresses.Add(new ContactAddress("user_id", user));
        }

        return addresses.Count == 0 ? null : new InboundContact(addresses, Name(contact.At("profile")), phone);
    }

    // The list may be shorter than the messages, or in another order.
    private static JsonElement Matching(JsonElement contacts, string? number, string? user)
    {
        foreach (var contact in contacts.Items())
        {
            if ((number is not null && (contact.At("wa_id").Id() == number || contact.At("user_id").Id() == number))
                || (user is not null && contact.At("user_id").Id() == user))
            {
                return contact;
            }
        }

        return number is null && user is null && contacts.ValueKind == JsonValueKind.Array && contacts.GetArrayLength() == 1 ? contacts[0] : default;
    }

    // Some echoes stand the wrong way round: the business is in "to".
    private static bool IsOurs(WhatsAppChange change, JsonElement to)
        => Phone(to.Id()) is { } number && number == Phone(change.Value.At("metadata").At("display_phone_number").Id());

    private static string? Phone(string? number)
        => number?.TrimStart('+') is { Length: >= 5 and <= 20 } digits && digits.All(char.IsAsciiDigit) ? digits : null;

    private static string? Name(JsonElement profile)
        => (profile.At("name").Text()?.Trim() is { Length: > 0 } name ? name : profile.At("username").Text()?.Trim()) is { Length: > 0 } shown
            ? shown.Cut(200)
            : null;
}
