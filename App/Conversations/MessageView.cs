using System.Text.Json;

namespace Inbox.Conversations;

/// <summary>A message as the API shows it.</summary>
/// <param name="Content">The platform's own JSON where the message is more than its text; null otherwise.</param>
public sealed record MessageView(
    long Id,
    long ConversationId,
    string Direction,
    string Type,
    string? TextContent,
    JsonElement? Content,
    IReadOnlyList<object> Media,
    string? ReplyToExternalId,
    SenderView Sender,
    string Status,
    MessageErrorView? Error,
    string? ExternalId,
    string? ClientKey,
    DateTime SentAt,
    DateTime CreatedAt)
{
    public static MessageView Of(MessageRow row)
        => new(
            row.Id, row.ConversationId, Words.Of(row.Direction), row.Type, row.Text, Json(row.Content), [], row.ReplyTo,
            new SenderView(Words.Of(row.SenderKind), row.SenderId, row.SenderName), Words.Of(row.Status), Failure(row.ErrorCode, row.ErrorDetail),
            row.ExternalId, row.ClientKey, row.SentAt, row.CreatedAt);

    public static MessageView Of(Message message, string? senderName)
        => new(
            message.Id, message.ConversationId, Words.Of(message.Direction), message.Type, message.Text, Json(message.Content), [], message.ReplyTo,
            new SenderView(Words.Of(message.SenderKind), message.SenderId, senderName), Words.Of(message.Status), Failure(message.ErrorCode, message.ErrorDetail),
            message.ExternalId, message.ClientKey, message.SentAt, message.CreatedAt);

    private static MessageErrorView? Failure(string? code, string? detail) => code is null && detail is null ? null : new MessageErrorView(code, detail);

    private static JsonElement? Json(string? content)
    {
        if (content is null)
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(content);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(content);
        }
    }
}

public sealed record SenderView(string Kind, long? Id, string? Name);

public sealed record MessageErrorView(string? Code, string? Detail);
