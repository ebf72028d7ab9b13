using System.Globalization;
using System.Text.Json;
using Inbox.Channels.Outbound;
using Inbox.Data;

namespace Inbox.Channels.Meta;

/// <summary>What an answer of the Send API of Messenger and Instagram means for the message.</summary>
internal static class MetaAnswer
{
    public static SendResult Read(string platform, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter)
    {
        using var document = Document(body);
        var root = document?.RootElement ?? default;
        if (status is >= 200 and < 300)
        {
            return root.At("message_id").Id() is { } id
                ? new SendResult.Sent(id)
                : new SendResult.Unknown($"{platform}'s answer made no sense. The message may have been sent.");
        }

        var error = root.At("error");
        if (!int.TryParse(error.At("code").Id(), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return status switch
            {
                429 => new SendResult.Retry("http_429", $"Too many calls to {platform}. The message is sent again by itself.", retryAfter, PausesChannel: true),
                408 or >= 500 => new SendResult.Unknown($"{platform}'s answer made no sense. The message may have been sent."),
                _ => new SendResult.Refused(string.Create(CultureInfo.InvariantCulture, $"http_{status}"), string.Create(CultureInfo.InvariantCulture, $"{platform} did not accept the message (HTTP {status}).")),
            };
        }

        _ = int.TryParse(error.At("error_subcode").Id(), NumberStyles.None, CultureInfo.InvariantCulture, out var subcode);
        var word = subcode == 0 ? code.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{code}/{subcode}");
        var details = (error.At("error_user_msg").Text() ?? error.At("message").Text() ?? "an error without a description").Cut(800);
        return (code, subcode) switch
        {
            (10, 2018278 or 2534022) => new SendResult.Refused(word, "The customer's last message is more than 24 hours old. An answer is possible once they write again."),
            (10, 2018108) or (551, _) or (200, 1545041) => new SendResult.Refused(word, $"{platform} cannot deliver to this customer now: they may have blocked the account."),
            (10, 1893063) => new SendResult.Refused(word, $"{platform} has restricted this account. An administrator must look into Meta's Business Support.", StopsChannel: true),
            (100, 2018001) => new SendResult.Refused(word, $"{platform} does not know this customer any more."),
            (100, 2018008 or 2018047 or 2018294) or (36000, _) => new SendResult.Refused(word, $"{platform} did not accept the file. {details}"),
            (190, _) or (102, _) => new SendResult.Refused(word, $"{platform} no longer accepts this channel's sign-in. An administrator must connect the channel again.", StopsChannel: true),
            (368, _) => new SendResult.Refused(word, "Meta has blocked this account for now. An administrator must look into Meta's Business Support.", StopsChannel: true),
            (0 or 3 or 10 or (>= 200 and <= 299), _) => new SendResult.Refused(word, $"This channel lacks a permission at Meta. An administrator must connect the channel again. {details}", StopsChannel: true),
            (1 or 2, _) => new SendResult.Retry(word, $"{platform} is busy. The message is sent again by itself.", retryAfter, Outage: true, AtMost: code == 1 ? 4 : null),
            (4 or 17 or 32 or 613 or 80006 or 80002, _) => new SendResult.Retry(word, $"The account's limit of calls is reached for now. The message is sent again by itself.", retryAfter, PausesChannel: true),
            _ when error.At("is_transient").ValueKind == JsonValueKind.True => new SendResult.Retry(word, $"{platform} reports: {details}", retryAfter),
            _ when status == 429 => new SendResult.Retry(word, $"{platform} reports: {details}", retryAfter, PausesChannel: true),
            _ when status >= 500 => new SendResult.Unknown($"{platform} reports: {details}"),
            _ => new SendResult.Refused(word, $"{platform} reports: {details}"),
        };
    }

    /// <summary>What it means for a sign: a success says no more than that.</summary>
    public static SendResult ReadSign(string platform, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter)
        => status is >= 200 and < 300 ? new SendResult.Sent("") : Read(platform, status, body, retryAfter);

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
