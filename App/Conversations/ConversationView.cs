using Inbox.Channels;

namespace Inbox.Conversations;

/// <summary>A conversation as the API shows it.</summary>
public sealed record ConversationView(
    long Id,
    long ChannelId,
    string Channel,
    ContactView Contact,
    string Status,
    string Priority,
    long? AssigneeId,
    long? DepartmentId,
    long? StageId,
    IReadOnlyList<string> Tags,
    int UnreadCount,
    DateTime LastMessageAt,
    string LastMessagePreview,
    DateTime? WindowExpiresAt,
    DateTime CreatedAt,
    DateTime UpdatedAt,
    DateTime? ClosedAt)
{
    public static ConversationView Of(ConversationRow row, ChannelCatalogue kinds)
        => new(
            row.Id,
            row.ChannelId,
            row.ChannelKind,
            new ContactView(row.ContactId, row.ContactName, row.FirstName, row.ContactPhone, row.ContactEmail, null),
            Words.Of(row.Status),
            Words.Of(row.Priority),
            row.AssigneeId,
            row.DepartmentId,
            StageId: null,
            Tags: [.. row.Tags.Select(tag => tag.Name)],
            row.Unread,
            row.LastMessageAt,
            row.Preview,
            row.LastInboundAt is { } at && kinds.Find(row.ChannelKind)?.Capabilities.FreeFormWindow is { } window ? at + window : null,
            row.CreatedAt,
            row.UpdatedAt,
            row.ClosedAt);
}

public sealed record ContactView(long Id, string? Name, string? FirstName, string? Phone, string? Email, string? AvatarUrl);
