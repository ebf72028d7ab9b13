using System.Text.Json;
using Inbox.Media;

namespace Inbox.Conversations;

/// <summary>A message as the API shows it.</summary>
/// <param name="Content">What it holds beside text and files, typed by <paramref name="Type"/>; null when that is all.</param>
/// <param name="ReplyToId">The message it answers, where that is in the inbox.</param>
/// <param name="ExternalId">The platform's id, in which an address may stand; null for who may not read those.</param>
/// <param name="History">What became of it, oldest first; only where one message is asked for.</param>
/// <param name="RevokedAt">When its sender took it back; then there is no text and no content any more.</param>
public sealed record MessageView(
    long Id,
    long ConversationId,
    string Direction,
    string Type,
    string? TextContent,
    JsonElement? Content,
    IReadOnlyList<MediaView> Media,
    IReadOnlyList<ReactionView> Reactions,
    long? ReplyToId,
    string? ReplyToExternalId,
    SenderView Sender,
    string Status,
    MessageErrorView? Error,
    string? ExternalId,
    string? ClientKey,
    DateTime SentAt,
    DateTime CreatedAt,
    DateTime? EditedAt = null,
    DateTime? RevokedAt = null,
    IReadOnlyList<StatusChange>? History = null)
{
    public static MessageView Of(MessageRow row)
        => new(
            row.Id, row.ConversationId, Words.Of(row.Direction), row.Type, row.Text, Json(row.Content),
            [.. row.Files.Select(MediaView.Of)], [.. row.Reactions.Select(reaction => new ReactionView(reaction.Emoji, reaction.Ours ? "us" : "contact", reaction.Error))],
            row.Quoted?.Id, row.IsMasked ? null : row.ReplyTo,
            new SenderView(Words.Of(row.SenderKind), row.SenderId, row.SenderName), Words.Of(row.Status), MessageErrorView.Of(row.ErrorCode, row.ErrorDetail),
            row.IsMasked ? null : row.ExternalId, row.ClientKey, row.SentAt, row.CreatedAt, row.EditedAt, row.RevokedAt);

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

/// <param name="State">pending, stored, failed, refused.</param>
public sealed record MediaView(long Id, string Kind, string? MimeType, string? FileName, long? Size, string State)
{
    public static MediaView Of(MediaFile file) => new(file.Id, file.Kind, file.MimeType, file.FileName, file.Size, Words.Of(file.State));

    public static MediaView Of(FileRow file) => new(file.Id, file.Kind, file.MimeType, file.FileName, file.Size, Words.Of(file.State));
}

/// <param name="By">contact or us.</param>
/// <param name="Error">Why the platform did not take ours.</param>
public sealed record ReactionView(string Emoji, string By, string? Error = null);

public sealed record SenderView(string Kind, long? Id, string? Name);

public sealed record MessageErrorView(string? Code, string? Detail)
{
    /// <returns>Null when there is neither.</returns>
    public static MessageErrorView? Of(string? code, string? detail) => code is null && detail is null ? null : new MessageErrorView(code, detail);
}
