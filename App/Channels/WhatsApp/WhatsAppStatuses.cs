using System.Text.Json;
using Inbox.Channels.Meta;

namespace Inbox.Channels.WhatsApp;

/// <summary>What became of our messages.</summary>
internal static class WhatsAppStatuses
{
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
            MetaCallback.Read(status.At("biz_opaque_callback_data").Text()),
            status.HasMoreThan("id", "status", "timestamp", "recipient_id", "recipient_user_id", "parent_recipient_user_id", "biz_opaque_callback_data")
                ? status.GetRawText()
                : null)
        {
            Meaning = WhatsAppErrors.Code(error) is { } number ? WhatsAppErrors.MeaningOf(number) : FailureMeaning.Nothing,
        };
    }
}
