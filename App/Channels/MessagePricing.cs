using System.Text.Json;

namespace Inbox.Channels;

/// <summary>What the platform counts a message as, where it tells.</summary>
/// <param name="Category">The platform's word: marketing, utility, authentication, service, …</param>
/// <param name="Billable">Null: not told.</param>
/// <param name="Model">For example CBP (per conversation) or PMP (per message).</param>
/// <param name="Type">For example regular, free_customer_service, free_entry_point.</param>
public sealed record MessagePricing(string? Category, bool? Billable, string? Model, string? Type)
{
    /// <param name="report">The platform's JSON of a status (Cloud API, "Message status", June 2026).</param>
    /// <returns>Null where it says nothing of a price.</returns>
    public static MessagePricing? Read(string? report)
    {
        if (report is null)
        {
            return null;
        }

        try
        {
            var status = JsonElement.Parse(report);
            var pricing = status.At("pricing");
            var category = pricing.At("category").Text() ?? status.At("conversation").At("origin").At("type").Text();
            bool? billable = pricing.At("billable").ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
            return category is null && billable is null ? null : new MessagePricing(category, billable, pricing.At("pricing_model").Text(), pricing.At("type").Text());
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
