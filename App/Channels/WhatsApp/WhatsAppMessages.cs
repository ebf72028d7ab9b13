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

        var at = change.TimeOf(message);
        switch (message.At("type").Text())
        {
            case "reaction" when message.At("reaction").At("message_id").Id() is { } target:
                return new InboundReaction(
                    change.Account, target, contact, isEcho, message.At("reaction").At("emoji").Text() is { Length: > 0 } emoji ? emoji.Cut(32) : null, at);
            case "edit" when message.At("edit").At("original_message_id").Id() is { } target:
                var edited = WhatsAppContent.Read(message.At("edit").At("message"));
                return new InboundRevision(change.Account, target, IsDeleted: false, edited.Text, Number: 0, at);
            case "revoke" when message.At("revoke").At("original_message_id").Id() is { } target:
                return new InboundRevision(change.Account, target, IsDeleted: true, Text: null, Number: 0, at);
        }

        var content = WhatsAppContent.Read(message);
        var moved = message.At("type").Text() == "system" ? Changed(message) : null;
        // The news of a new address is the new one's: by then it is the customer's.
        contact = moved is null ? contact : contact with { Addresses = [moved.To], Phone = moved.To.Kind == ContactAddress.Phone ? moved.To.Value : contact.Phone };
        return new InboundMessage(change.Account, id, contact, isEcho, content.Type, content.Text, content.Parts, at, message.At("context").At("id").Id()) { Files = content.Files, Change = moved };
    }

    /// <returns>Null for other news of the platform, and where it does not say what the address was before.</returns>
    private static AddressChange? Changed(JsonElement message)
    {
        var system = message.At("system");
        switch (system.At("type").Text())
        {
            case "user_changed_number" when Phone(message.At("from").Id()) is { } before && Phone(system.At("wa_id").Id() ?? system.At("new_wa_id").Id()) is { } now:
                return new AddressChange(new(ContactAddress.Phone, before), new(ContactAddress.Phone, now));
            // The id before stands in the sentence only: "User A changed from … to …".
            case "user_changed_user_id" when system.At("user_id").Id() is { } id:
                var words = (system.At("body").Text() ?? "").Split(' ');
                var to = Array.LastIndexOf(words, id);
                return to >= 2 && words[to - 1] == "to" && words[to - 2].Length is > 0 and <= 200 ? new AddressChange(new(ContactAddress.UserId, words[to - 2]), new(ContactAddress.UserId, id)) : null;
            default:
                return null;
        }
    }

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
            addresses.Add(new ContactAddress(ContactAddress.Phone, phone));
        }

        if (user is not null)
        {
            addresses.Add(new ContactAddress(ContactAddress.UserId, user));
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
