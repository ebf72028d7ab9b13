using System.Globalization;
using System.Text.Json;

namespace Inbox.Channels.WhatsApp;

/// <summary>What the platform says of a business account and its numbers: bans, restrictions, ratings, limits.</summary>
/// <seealso href="https://developers.facebook.com/docs/whatsapp/business-management-api/webhooks/components"/>
internal static class WhatsAppAccountNews
{
    private const int LongestWord = 100;

    /// <returns>Null for a field that is not about the account.</returns>
    public static AccountNews? Read(string field, JsonElement value) => field switch
    {
        "account_update" => OfAccount(value),
        "account_review_update" => OfReview(Word(value, "decision")),
        "account_alerts" => OfAlert(value.At("alert_info") is { ValueKind: JsonValueKind.Object } info ? info : value),
        "phone_number_quality_update" => OfNumber(value),
        "phone_number_name_update" => OfName(value),
        "business_capability_update" => OfCapability(value),
        "security" => new AccountNews($"Security of the number {Number(value)}: {Readable(Word(value, "event"))}."),
        "errors" => new AccountNews($"WhatsApp reports an error of the account: {value.At("error_data").At("details").Text() ?? value.At("title").Text() ?? value.At("message").Text() ?? "it says no more"}."),
        _ => null,
    };

    /// <summary>How many people may be written to first within a day: <c>TIER_2K</c> is <c>2000</c>.</summary>
    /// <returns>Null for what is no limit, also for one that is not set yet.</returns>
    public static string? LimitOf(JsonElement tier) => tier.Id() switch
    {
        "TIER_UNLIMITED" or "UNLIMITED" or "-1" => "unlimited",
        { Length: > 5 and < 12 } word when word.StartsWith("TIER_", StringComparison.Ordinal) => Number(word[5..]),
        { Length: < 8 } number => Number(number),
        _ => null,
    };

    private static AccountNews OfAccount(JsonElement value)
    {
        var happened = Word(value, "event");
        return happened switch
        {
            "DISABLED_UPDATE" => value.At("ban_info").At("waba_ban_state").Text() switch
            {
                "REINSTATE" => new("WhatsApp has reinstated the business account.", AccountNewsKind.Better),
                "SCHEDULE_FOR_DISABLE" => new($"WhatsApp is going to disable the business account{On(value)}. Look into the business support home at Meta.", AccountNewsKind.Warning),
                _ => new($"WhatsApp has disabled the business account{On(value)}. Look into the business support home at Meta.", AccountNewsKind.Warning),
            },
            "ACCOUNT_RESTRICTION" => new($"WhatsApp restricts the business account: {Restrictions(value.At("restriction_info"))}.", AccountNewsKind.Warning),
            "ACCOUNT_VIOLATION" => new($"WhatsApp saw a violation of its rules: {Readable(value.At("violation_info").At("violation_type").Text())}. More of them restrict the account.", AccountNewsKind.Warning),
            "ACCOUNT_DELETED" => new("The business account was deleted at WhatsApp.", AccountNewsKind.Warning),
            "PARTNER_REMOVED" => new("The app was removed from the business account at WhatsApp. Connect it again to go on.", AccountNewsKind.Warning),
            "VERIFIED_ACCOUNT" => new("WhatsApp has verified the business account.", AccountNewsKind.Better),
            _ => new($"WhatsApp says of the business account: {Readable(happened)}."),
        };

        static string On(JsonElement value) => value.At("ban_info").At("waba_ban_date").Text() is { Length: > 0 and <= LongestWord } day ? $" ({day})" : "";
    }

    private static AccountNews OfReview(string decision) => decision switch
    {
        "APPROVED" => new("WhatsApp has approved the business account.", AccountNewsKind.Better),
        "REJECTED" => new("WhatsApp has rejected the business account.", AccountNewsKind.Warning),
        _ => new($"WhatsApp's review of the business account: {Readable(decision)}."),
    };

    private static AccountNews OfAlert(JsonElement alert) => new(
        alert.At("alert_description").Text() is { Length: > 0 } words ? words : $"WhatsApp alerts: {Readable(Word(alert, "alert_type"))}.",
        Word(alert, "alert_severity") is "CRITICAL" or "WARNING" ? AccountNewsKind.Warning : AccountNewsKind.Neutral);

    private static AccountNews OfNumber(JsonElement value)
    {
        var (number, happened) = (Number(value), Word(value, "event"));
        // Of the speed it says nothing new of the limit: the word for more speed is that of no limit.
        var limit = happened is "THROUGHPUT_UPGRADE" or "ONBOARDING" ? null
            : LimitOf(value.At("max_daily_conversations_per_business")) ?? LimitOf(value.At("current_limit"));
        AccountNews news = happened switch
        {
            "FLAGGED" => new($"Customers rate the messages of {number} badly. If that goes on, WhatsApp lowers its limit.", AccountNewsKind.Warning),
            "DOWNGRADE" => new($"WhatsApp has lowered the limit of {number}, because customers rate its messages badly.", AccountNewsKind.Warning),
            "UNFLAGGED" => new($"Customers rate the messages of {number} well again.", AccountNewsKind.Better),
            "UPGRADE" => new($"WhatsApp has raised the limit of {number}.", AccountNewsKind.Better),
            "THROUGHPUT_UPGRADE" => new($"{number} may send faster."),
            "ONBOARDING" => new($"{number} is being registered."),
            _ => new($"WhatsApp says of {number}: {Readable(happened)}."),
        };
        return news with { DailyLimit = limit };
    }

    private static AccountNews OfName(JsonElement value)
    {
        var name = Cut(value.At("requested_verified_name").Text()) ?? "asked for";
        return Word(value, "decision") switch
        {
            "APPROVED" => new($"WhatsApp has approved the name {name} for {Number(value)}."),
            "REJECTED" => new($"WhatsApp has rejected the name {name} for {Number(value)}: {Readable(value.At("rejection_reason").Text())}.", AccountNewsKind.Warning),
            var decision => new($"The name {name} for {Number(value)}: {Readable(decision)}."),
        };
    }

    private static AccountNews OfCapability(JsonElement value)
    {
        var limit = LimitOf(value.At("max_daily_conversations_per_business")) ?? LimitOf(value.At("max_daily_conversation_per_phone"));
        return new AccountNews(limit is null ? "What the business account may do has changed at WhatsApp." : $"The business account may now begin to write to {(long.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var people) ? people.ToString("N0", CultureInfo.InvariantCulture) : "any number of")} people a day.") { DailyLimit = limit };
    }

    private static string Restrictions(JsonElement restrictions)
    {
        var all = restrictions.Items().Select(one => Cut(one.At("restriction_type").Text()) switch
        {
            "RESTRICTED_BIZ_INITIATED_MESSAGING" => "no templates to people who did not write",
            "RESTRICTED_CUSTOMER_INITIATED_MESSAGING" or "RESTRICTED_USER_INITIATED_MESSAGING" => "no answers to customers",
            "RESTRICTED_ADD_PHONE_NUMBER_ACTION" => "no further numbers",
            var other => Readable(other),
        } + (one.At("expiration").Seconds() is { } until ? $" until {until.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC" : "")).ToList();
        return all.Count == 0 ? "it does not say how" : string.Join("; ", all);
    }

    private static string Number(JsonElement value) => Cut(value.At("display_phone_number").Id() ?? value.At("phone_number").Id()) ?? "the number";

    private static string? Number(string word)
    {
        var (digits, times) = word.EndsWith('K') ? (word[..^1], 1000) : (word, 1);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? (count * (long)times).ToString(CultureInfo.InvariantCulture) : null;
    }

    private static string Word(JsonElement value, string name) => Cut(value.At(name).Text()) ?? "";

    /// <summary>The platform's constants as words: <c>PIN_CHANGED</c> is "pin changed".</summary>
    private static string Readable(string? word) => Cut(word)?.Replace('_', ' ').ToLowerInvariant() is { Length: > 0 } words ? words : "it says no more";

    private static string? Cut(string? word) => word is { Length: > LongestWord } ? word[..LongestWord] : word is { Length: > 0 } ? word : null;
}
