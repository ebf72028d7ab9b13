using System.Globalization;
using System.Text.Json;

namespace Inbox.Channels.WhatsApp;

/// <summary>What became of our messages.</summary>
internal static class WhatsAppStatuses
{
    /// <summary>The callback data by which the platform names our message.</summary>
    public static string CallbackData(long messageId) => string.Create(CultureInfo.InvariantCulture, $"m:{messageId}");

    public static InboundItem Read(WhatsAppChange change, JsonElement status)
    {
        if (status.At("id").Id() is not { } id || status.At("status").Text() is not { Length: > 0 and <= 30 } word)
        {
            return WhatsAppNotices.Unreadable(change, status);
        }

        var error = status.At("errors").Items().FirstOrDefault();
        var code = error.At("code").Id();
        return new InboundStatus(
            change.Account,
            id,
            word,
            change.TimeOf(status),
            code,
            code is null && error.ValueKind != JsonValueKind.Object ? null : WhatsAppErrors.Explain(error),
            MessageId(status.At("biz_opaque_callback_data").Text()),
            status.HasMoreThan("id", "status", "timestamp", "recipient_id", "recipient_user_id", "parent_recipient_user_id", "biz_opaque_callback_data")
                ? status.GetRawText()
                : null);
    }

    private static long? MessageId(string? data)
        => data is not null && data.StartsWith("m:", StringComparison.Ordinal)
            && long.TryParse(data.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? id
            : null;
}
