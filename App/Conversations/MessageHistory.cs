using System.Text.Json;
using Inbox.Channels;

namespace Inbox.Conversations;

/// <param name="Status">As in a message, and edited, revoked, or another word of the platform.</param>
/// <param name="Error">Why it failed, or is not known to have been sent.</param>
/// <param name="Pricing">What the platform counts it as, where it told with this step.</param>
public sealed record StatusChange(string Status, DateTime At, MessageErrorView? Error = null, MessagePricing? Pricing = null);

/// <summary>Puts together what became of a message: what happened here, and what the platform reported of it.</summary>
internal static class MessageHistory
{
    /// <param name="events">Type, time and data of the facts about the message, in their order.</param>
    /// <param name="reports">In the order in which they came. Those that changed nothing any more are steps of their own.</param>
    public static IReadOnlyList<StatusChange> Of(IEnumerable<(string Type, DateTime At, string Data)> events, IEnumerable<MessageStatusReport> reports)
    {
        var steps = events.Select(happened => StepOf(happened.Type, happened.At, happened.Data)).OfType<StatusChange>().ToList();
        HashSet<int> told = [];
        foreach (var report in reports)
        {
            var (error, pricing) = (MessageErrorView.Of(report.ErrorCode, report.ErrorDetail), MessagePricing.Read(report.Content));
            var place = Enumerable.Range(0, steps.Count).FirstOrDefault(number => steps[number].Status == report.Status && steps[number].Error is null && !told.Contains(number), -1);
            if (place >= 0)
            {
                told.Add(place);
                steps[place] = steps[place] with { Error = error, Pricing = pricing };
            }
            else
            {
                told.Add(steps.Count);
                steps.Add(new StatusChange(report.Status, report.At, error, pricing));
            }
        }

        return [.. steps.OrderBy(step => step.At)];
    }

    private static StatusChange? StepOf(string type, DateTime at, string data) => type switch
    {
        "message_queued" or "message_retried" => new StatusChange("queued", at),
        "message_sending" => new StatusChange("sending", at),
        "message_sent" or "message_echoed" => new StatusChange("sent", at),
        "message_failed" => new StatusChange("failed", at, ErrorOf(data)),
        "message_unknown" => new StatusChange("unknown", at, ErrorOf(data)),
        "message_received" or "message_noted" => new StatusChange("received", at),
        "message_edited" => new StatusChange("edited", at),
        "message_deleted" => new StatusChange("revoked", at),
        "message_status" when JsonElement.Parse(data).At("status").Text() is { Length: > 0 } status => new StatusChange(status, at),
        _ => null,
    };

    private static MessageErrorView? ErrorOf(string data)
    {
        var json = JsonElement.Parse(data);
        return MessageErrorView.Of(json.At("code").Text(), json.At("detail").Text());
    }
}
