using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Inbox.Channels.WhatsApp;

/// <summary>News about the account itself, and whatever cannot be read as a message or a status. Nothing is dropped.</summary>
internal static class WhatsAppNotices
{
    /// <summary>A template was judged, a number was flagged, an account was restricted: any field without items of its own.</summary>
    public static InboundNotice OfAccount(WhatsAppChange change)
    {
        var value = change.Value;
        var about = value.At("message_template_id").Id() ?? value.At("phone_number_id").Id() ?? value.At("display_phone_number").Id();
        return Notice(change, change.Field, value, Fingerprint(value), about, value.At("event").Id(), Sent(change)) with
        {
            Template = WhatsAppTemplateNews.Read(change.Field, value),
            News = WhatsAppAccountNews.Read(change.Field, value),
        };
    }

    /// <summary>An error that belongs to no message. Without a time of its own, the same one counts again in another hour.</summary>
    public static InboundNotice AccountError(WhatsAppChange change, JsonElement error)
        => Notice(change, "errors", error, error.At("code").Id(), Fingerprint(error), Sent(change) ?? change.ReceivedAt.ToString("yyyyMMddHH", CultureInfo.InvariantCulture)) with
        {
            News = WhatsAppAccountNews.Read("errors", error),
        };

    /// <summary>A customer stopped or resumed marketing messages.</summary>
    public static InboundNotice Preference(WhatsAppChange change, JsonElement preference)
        => preference.ValueKind == JsonValueKind.Object && (preference.At("user_id").Id() ?? preference.At("wa_id").Id()) is { } user
            ? Notice(change, change.Field, preference, user, preference.At("category").Id(), preference.At("value").Id(), preference.At("timestamp").Id()) with { Preference = Wanted(preference) }
            : Unreadable(change, preference);

    private static InboundPreference? Wanted(JsonElement preference)
    {
        ContactAddress? phone = preference.At("wa_id").Id() is { } number ? new ContactAddress(ContactAddress.Phone, number) : null;
        ContactAddress? user = preference.At("user_id").Id() is { } id ? new ContactAddress(ContactAddress.UserId, id) : null;
        bool? wants = preference.At("value").Id() switch { "stop" => false, "resume" or "signup" => true, _ => null };
        return wants is { } known && (phone ?? user) is { } address
            ? new InboundPreference(address, phone is null ? null : user, known, preference.At("detail").Text() ?? preference.At("category").Id())
            : null;
    }

    /// <summary>A customer's user id changed.</summary>
    public static InboundNotice UserId(WhatsAppChange change, JsonElement update)
        => update.At("user_id").At("current").Id() is { } current
            ? Notice(change, change.Field, update, update.At("user_id").At("previous").Id(), current, update.At("timestamp").Id()) with
            {
                Change = update.At("user_id").At("previous").Id() is { } previous ? new AddressChange(new(ContactAddress.UserId, previous), new(ContactAddress.UserId, current)) : null,
            }
            : Unreadable(change, update);

    /// <summary>Known by its bytes alone.</summary>
    public static InboundNotice Unreadable(WhatsAppChange change, JsonElement item)
        => Notice(change, change.Field, item, "unreadable", item.At("id").Id(), Fingerprint(item), Sent(change));

    private static InboundNotice Notice(WhatsAppChange change, string field, JsonElement content, params ReadOnlySpan<string?> key)
        => new(change.Account, change.Group, field, Key(change.Group, field, key), content.GetRawText(), change.TimeOf(content));

    private static string? Sent(WhatsAppChange change) => change.SentAt?.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    private static string Key(string? group, string field, ReadOnlySpan<string?> parts)
    {
        var key = string.Join(':', [group, field, .. parts]);
        return key.Length <= 120 ? key : $"{field}:{Hash(key)}";
    }

    private static string Fingerprint(JsonElement json) => Hash(json.GetRawText())[..16];

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
