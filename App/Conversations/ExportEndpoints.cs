using System.Globalization;
using System.Text.Json;
using Inbox.Access.Http;
using Inbox.Channels;
using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Conversations;

public static class ExportEndpoints
{
    private const string Lines = "jsonl";
    private const string Table = "csv";

    private static readonly string[] Columns =
    [
        "id", "contact", "phone", "email", "channel", "status", "priority", "department", "assignee", "created_at", "last_message_at", "closed_at", "last_message_preview",
    ];

    public static void MapConversationExport(this IEndpointRouteBuilder app)
        => app.MapGet("/api/v1/export/conversations", ExportAsync).WithTags("Conversations")
            .WithSummary("Streams conversations: format=jsonl with all messages, or format=csv")
            .RequireAuthorization(ConversationPermissions.Export).Produces(200, contentType: "application/x-ndjson", additionalContentTypes: "text/csv")
            .Refuses("unauthorized", "forbidden", "invalid_value", "rate_limited");

    private static async Task ExportAsync(
        HttpContext context, Caller caller, ConversationExport export, ChannelCatalogue kinds, [AsParameters] ConversationQuery query,
        CancellationToken cancellation, string format = Lines)
    {
        if (format is not (Lines or Table))
        {
            throw ConversationQuery.Invalid("format", $"format is {Lines} or {Table}.");
        }

        var filter = query.Filter();
        await export.RecordAsync(caller, filter, format, cancellation);
        var response = context.Response;
        response.ContentType = format == Lines ? "application/x-ndjson" : Csv.MediaType;
        response.Headers.ContentDisposition = $"attachment; filename=\"conversations.{format}\"";
        if (format == Table)
        {
            await response.WriteAsync(Csv.Line([.. Columns]), cancellation);
        }

        await foreach (var conversation in export.RowsAsync(caller, filter, withMessages: format == Lines, cancellation))
        {
            await response.WriteAsync(format == Lines ? Json(conversation, kinds) : Csv.Line([.. Cells(conversation.Row)]), cancellation);
        }
    }

    private static string Json(ExportedConversation conversation, ChannelCatalogue kinds)
        => JsonSerializer.Serialize(
            new ExportLine(ConversationView.Of(conversation.Row, kinds), [.. conversation.Messages.Select(MessageView.Of)]), ApiJson.Strict) + "\n";

    private static IEnumerable<string?> Cells(ConversationRow row) =>
    [
        row.Id.ToString(CultureInfo.InvariantCulture), row.ContactName, row.ContactPhone, row.ContactEmail, row.ChannelKind, Words.Of(row.Status), Words.Of(row.Priority),
        row.DepartmentName, row.AssigneeName, Time(row.CreatedAt), Time(row.LastMessageAt), Time(row.ClosedAt), row.Preview,
    ];

    private static string? Time(DateTime? at) => at?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>A line of the export.</summary>
public sealed record ExportLine(ConversationView Conversation, IReadOnlyList<MessageView> Messages);
