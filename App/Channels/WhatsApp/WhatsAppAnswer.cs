using System.Globalization;
using System.Text.Json;
using Inbox.Channels.Outbound;

namespace Inbox.Channels.WhatsApp;

/// <summary>What an answer of the Cloud API means for the message.</summary>
internal static class WhatsAppAnswer
{
    public static SendResult Read(int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter)
    {
        using var document = Document(body);
        var root = document?.RootElement ?? default;
        if (status is >= 200 and < 300)
        {
            return root.At("messages").Items().FirstOrDefault().At("id").Id() is { } id
                ? new SendResult.Sent(id, root.At("contacts").Items().FirstOrDefault().At("wa_id").Id())
                : new SendResult.Unknown("WhatsApp's answer made no sense. The message may have been sent.");
        }

        var error = root.At("error");
        if (WhatsAppErrors.Code(error) is not { } code)
        {
            return WithoutCode(status, retryAfter);
        }

        var word = code.ToString(CultureInfo.InvariantCulture);
        var says = WhatsAppErrors.Explain(error);
        return WhatsAppErrors.Find(code)?.Remedy switch
        {
            Remedy.Retry => new SendResult.Retry(word, says, retryAfter),
            Remedy.Outage => new SendResult.Retry(word, says, retryAfter, Outage: true, AtMost: code == 1 ? 4 : null),
            Remedy.Pause => new SendResult.Retry(word, says, retryAfter, PausesChannel: true),
            Remedy.SlowDown => new SendResult.Retry(word, says, retryAfter ?? RetrySchedule.SlowDown, PausesChannel: true, NeedsPerson: true),
            Remedy.Stop => new SendResult.Refused(word, says, StopsChannel: true),
            Remedy.Refuse => new SendResult.Refused(word, says, TemplateWrong: WhatsAppErrors.MeaningOf(code) == FailureMeaning.TemplateWrong),
            _ => Unlisted(status, word, says, error, retryAfter),
        };
    }

    /// <summary>What it means for a sign: a success says no more than that.</summary>
    public static SendResult ReadSign(int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter)
        => status is >= 200 and < 300 ? new SendResult.Sent("") : Read(status, body, retryAfter);

    // The platform said no in its own way, only with a code that nobody wrote down.
    private static SendResult Unlisted(int status, string code, string says, JsonElement error, TimeSpan? retryAfter) => status switch
    {
        429 => new SendResult.Retry(code, says, retryAfter, PausesChannel: true),
        _ when error.At("is_transient").ValueKind == JsonValueKind.True => new SendResult.Retry(code, says, retryAfter),
        >= 500 => new SendResult.Unknown(says),
        _ => new SendResult.Refused(code, says),
    };

    // Not the platform itself but something on the way: what it did with the request is known only where it turned it away.
    private static SendResult WithoutCode(int status, TimeSpan? retryAfter) => status switch
    {
        429 => new SendResult.Retry("http_429", "Too many calls to WhatsApp. The message is sent again by itself.", retryAfter, PausesChannel: true),
        408 or >= 500 => new SendResult.Unknown("WhatsApp's answer made no sense. The message may have been sent."),
        _ => new SendResult.Refused(
            string.Create(CultureInfo.InvariantCulture, $"http_{status}"),
            string.Create(CultureInfo.InvariantCulture, $"WhatsApp did not accept the message (HTTP {status}).")),
    };

    private static JsonDocument? Document(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonText.Parse(body);
        }
        catch (UnreadableDeliveryException)
        {
            return null;
        }
    }
}
