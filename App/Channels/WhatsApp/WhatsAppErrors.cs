using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Inbox.Data;

namespace Inbox.Channels.WhatsApp;

/// <summary>What to do about an error of the platform.</summary>
internal enum Remedy
{
    /// <summary>This message cannot be sent.</summary>
    Refuse,

    /// <summary>Try this message again later.</summary>
    Retry,

    /// <summary>The platform is away: try again, and stop trying others when it is too often.</summary>
    Outage,

    /// <summary>A limit of the account: nothing goes out for a while.</summary>
    Pause,

    /// <summary>As <see cref="Pause"/>, for long: the account's standing is at risk.</summary>
    SlowDown,

    /// <summary>Nothing can be sent over this account until a person acts.</summary>
    Stop,
}

/// <param name="Says">For an agent, in plain words.</param>
/// <param name="WithDetails">The platform's own words tell more and are shown too.</param>
internal sealed record WhatsAppError(Remedy Remedy, string Says, bool WithDetails = false);

/// <summary>The error codes of the Cloud API (Meta, "Error codes", May 2026). The HTTP status beside a code means nothing.</summary>
internal static class WhatsAppErrors
{
    private const string Busy = "WhatsApp is busy. The message is sent again by itself.";
    private const string Reconnect = "WhatsApp no longer accepts this channel's sign-in. An administrator must connect the channel again.";
    private const string NoRight = "This channel lacks a permission at Meta. An administrator must connect the channel again.";
    private const string Blocked = "Meta has blocked this business account. An administrator must look into Meta's Business Support.";
    private const string NotRegistered = "This phone number is not registered with WhatsApp. An administrator must register it in Meta's WhatsApp Manager.";
    private const string Request = "WhatsApp did not accept the message.";
    private const string Template = "The template does not fit what WhatsApp has approved.";

    private static readonly FrozenDictionary<int, WhatsAppError> Known = new Dictionary<int, WhatsAppError>
    {
        [1] = new(Remedy.Outage, Busy),
        [2] = new(Remedy.Outage, Busy),
        [131000] = new(Remedy.Outage, Busy),
        [131016] = new(Remedy.Outage, Busy),
        [131057] = new(Remedy.Outage, "The account is in maintenance at WhatsApp. The message is sent again by itself."),
        [133004] = new(Remedy.Outage, Busy),
        [133015] = new(Remedy.Retry, Busy),
        [134101] = new(Remedy.Retry, Busy),
        [4] = new(Remedy.Pause, "Too many calls to WhatsApp. The message is sent again by itself."),
        [80007] = new(Remedy.Pause, "The account's limit of messages is reached for now. The message is sent again by itself."),
        [130429] = new(Remedy.Pause, "The number sends faster than WhatsApp allows. The message is sent again by itself."),
        [131056] = new(Remedy.Retry, "Too many messages to this customer in a short time. The message is sent again by itself."),

        [131048] = new(Remedy.SlowDown, "WhatsApp limits this number because too many customers blocked or reported it."),
        [131064] = new(Remedy.SlowDown, "WhatsApp limits this number for now.", WithDetails: true),
        [133016] = new(Remedy.SlowDown, "The number was registered too often and is blocked by WhatsApp for a while."),

        [0] = new(Remedy.Stop, Reconnect),
        [3] = new(Remedy.Stop, NoRight),
        [10] = new(Remedy.Stop, NoRight),
        [190] = new(Remedy.Stop, Reconnect),
        [368] = new(Remedy.Stop, Blocked),
        [131031] = new(Remedy.Stop, Blocked),
        [131042] = new(Remedy.Stop, "The payment of this business account has a problem. An administrator must settle it in Meta's billing settings."),
        [130497] = new(Remedy.Stop, "This business account may not write to customers of that country."),
        [131045] = new(Remedy.Stop, NotRegistered),
        [133010] = new(Remedy.Stop, NotRegistered),

        [131026] = new(Remedy.Refuse, "WhatsApp cannot deliver to this customer: the number may not use WhatsApp, or has not accepted its terms."),
        [131021] = new(Remedy.Refuse, "A number cannot write to itself."),
        [131030] = new(Remedy.Refuse, "The account is in test mode and this customer is not on its list of test numbers."),
        [131049] = new(Remedy.Refuse, "WhatsApp holds this message back: the customer gets many marketing messages already. Try again tomorrow at the earliest."),
        [131050] = new(Remedy.Refuse, "The customer does not want marketing messages from this business."),
        [130403] = new(Remedy.Refuse, "WhatsApp does not deliver to this customer."),
        [130472] = new(Remedy.Refuse, "WhatsApp did not deliver: the customer is part of an experiment of Meta's."),
        [131062] = new(Remedy.Refuse, "This kind of message cannot go to a customer whose phone number is hidden."),
        [131047] = new(Remedy.Refuse, "The customer's last message is more than 24 hours old. Only an approved template can be sent now."),

        [33] = new(Remedy.Refuse, Request, WithDetails: true),
        [100] = new(Remedy.Refuse, Request, WithDetails: true),
        [131005] = new(Remedy.Refuse, "This channel may not do that at WhatsApp.", WithDetails: true),
        [131008] = new(Remedy.Refuse, Request, WithDetails: true),
        [131009] = new(Remedy.Refuse, Request, WithDetails: true),
        [131037] = new(Remedy.Refuse, "WhatsApp has not approved the number's display name yet."),
        [131051] = new(Remedy.Refuse, "WhatsApp does not support this type of message.", WithDetails: true),
        [131052] = new(Remedy.Refuse, "WhatsApp could not fetch the file.", WithDetails: true),
        [131053] = new(Remedy.Refuse, "WhatsApp did not accept the file.", WithDetails: true),
        [131055] = new(Remedy.Refuse, Request, WithDetails: true),
        [131063] = new(Remedy.Refuse, Request, WithDetails: true),
        [134011] = new(Remedy.Refuse, Request, WithDetails: true),
        [134100] = new(Remedy.Refuse, Request, WithDetails: true),
        [134102] = new(Remedy.Refuse, Request, WithDetails: true),
        [135000] = new(Remedy.Refuse, Request, WithDetails: true),

        [132000] = new(Remedy.Refuse, "The template needs another number of values.", WithDetails: true),
        [132001] = new(Remedy.Refuse, "The template does not exist in this language, or is not approved yet."),
        [132005] = new(Remedy.Refuse, "The template is too long once its values are filled in."),
        [132007] = new(Remedy.Refuse, "The template breaks a rule of WhatsApp's.", WithDetails: true),
        [132012] = new(Remedy.Refuse, Template, WithDetails: true),
        [132015] = new(Remedy.Refuse, "WhatsApp has paused the template because customers rated it badly."),
        [132016] = new(Remedy.Refuse, "WhatsApp has disabled the template because customers rated it badly too often."),
        [132018] = new(Remedy.Refuse, Template, WithDetails: true),
        [132068] = new(Remedy.Refuse, "The form of the template is blocked."),
        [132069] = new(Remedy.Refuse, "The form of the template is throttled."),
    }.ToFrozenDictionary();

    /// <returns>Null for a code that is not in the list.</returns>
    public static WhatsAppError? Find(int code)
        => Known.GetValueOrDefault(code) ?? code switch
        {
            >= 200 and <= 299 => new WhatsAppError(Remedy.Stop, NoRight),
            >= 2_388_000 and <= 2_388_999 => new WhatsAppError(Remedy.Refuse, Template, WithDetails: true),
            _ => null,
        };

    /// <summary>What a code says where it comes later, in a status: the message was taken, and then not delivered.</summary>
    public static FailureMeaning MeaningOf(int code) => code switch
    {
        131050 => FailureMeaning.MarketingStopped,
        >= 132_000 and <= 132_999 => FailureMeaning.TemplateWrong,
        _ => Find(code)?.Remedy switch
        {
            Remedy.Retry or Remedy.Outage or Remedy.Pause => FailureMeaning.TryAgain,
            Remedy.SlowDown => FailureMeaning.SlowDown,
            Remedy.Stop => FailureMeaning.StopChannel,
            _ => FailureMeaning.Nothing,
        },
    };

    /// <summary>One or two sentences for an agent, from an error object as it stands in answers and statuses.</summary>
    public static string Explain(JsonElement error)
    {
        var known = Code(error) is { } code ? Find(code) : null;
        var details = error.At("error_data").At("details").Text() ?? error.At("message").Text() ?? error.At("title").Text();
        var says = known is null ? $"WhatsApp reports: {details ?? "an error without a description"}" : known.WithDetails && details is not null ? $"{known.Says} {details}" : known.Says;
        return says.Cut(1000);
    }

    public static int? Code(JsonElement error)
        => int.TryParse(error.At("code").Id(), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;
}
