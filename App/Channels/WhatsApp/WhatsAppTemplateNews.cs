using System.Text.Json;
using Inbox.Channels.Templates;
using Inbox.Data;

namespace Inbox.Channels.WhatsApp;

/// <summary>What the platform calls the states of a template, and what its webhooks say of one.</summary>
/// <seealso href="https://developers.facebook.com/docs/whatsapp/business-management-api/webhooks/components"/>
internal static class WhatsAppTemplateNews
{
    private const int LongestId = 60;

    /// <returns>Null for a field that is not about a template.</returns>
    public static TemplateNews? Read(string field, JsonElement value)
    {
        if (value.At("message_template_id").Id() is not { Length: <= LongestId } id)
        {
            return null;
        }

        var news = new TemplateNews(id, value.At("message_template_name").Text(), value.At("message_template_language").Text());
        return field switch
        {
            // At risk of being paused, and still good: only why is news.
            "message_template_status_update" when value.At("event").Text() is "FLAGGED" => news with { Reason = ReasonOf(value) ?? "Customers rate this template badly. It may be paused soon." },
            "message_template_status_update" when value.At("event").Text() is { } happened
                => news with { Status = StatusOf(happened), Reason = ReasonOf(value), Category = CategoryOf(value.At("message_template_category")) },
            "message_template_quality_update" when QualityOf(value.At("new_quality_score")) is { } quality => news with { Quality = quality },
            // Without a new one it is a warning that names the right one.
            "template_category_update" when CategoryOf(value.At("new_category")) is { } category => news with { Category = category },
            // What it says now is read.
            "message_template_components_update" => news,
            _ => null,
        };
    }

    public static TemplateStatus StatusOf(string? word) => word switch
    {
        "PENDING" or "IN_REVIEW" => TemplateStatus.Pending,
        "APPROVED" or "REINSTATED" => TemplateStatus.Approved,
        "REJECTED" or "LIMIT_EXCEEDED" => TemplateStatus.Rejected,
        "PAUSED" => TemplateStatus.Paused,
        "DISABLED" or "ARCHIVED" => TemplateStatus.Disabled,
        "IN_APPEAL" or "APPEAL_REQUESTED" => TemplateStatus.Appealed,
        "PENDING_DELETION" or "DELETED" => TemplateStatus.Removing,
        _ => TemplateStatus.Unknown,
    };

    public static string? CategoryOf(JsonElement category) => category.Text() is { Length: > 0 } word ? word.ToLowerInvariant().Cut(30) : null;

    public static string? QualityOf(JsonElement score) => score.Text()?.ToLowerInvariant() is "green" or "yellow" or "red" ? score.Text()!.ToLowerInvariant() : null;

    /// <summary>The long form where there is one, with what to do.</summary>
    private static string? ReasonOf(JsonElement value)
    {
        var info = value.At("rejection_info");
        return info.At("reason").Text() is { Length: > 0 } reason ? string.Join(' ', new[] { reason, info.At("recommendation").Text() }.Where(words => words is { Length: > 0 }))
            : Reason(value.At("reason"));
    }

    /// <returns>Null for NONE, which the platform writes where there is nothing to say.</returns>
    public static string? Reason(JsonElement reason) => reason.Text() is { Length: > 0 } word && word != "NONE" ? word : null;
}
