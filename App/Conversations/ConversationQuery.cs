using System.Globalization;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Mvc;

namespace Inbox.Conversations;

/// <summary>The filters of a list as they stand in an address.</summary>
public sealed record ConversationQuery
{
    private const int LongestKind = 30;

    public string? Status { get; init; }

    /// <summary>me, none, or a colleague's id.</summary>
    public string? Assignee { get; init; }

    /// <summary>none, or a department's id.</summary>
    public string? Department { get; init; }

    /// <summary>A kind of channel, or a channel's id.</summary>
    public string? Channel { get; init; }

    public string? Priority { get; init; }

    public bool? Unread { get; init; }

    /// <summary>Words of the contact or of a message.</summary>
    public string? Q { get; init; }

    /// <summary>ISO 8601.</summary>
    [FromQuery(Name = "updated_since")]
    public DateTimeOffset? UpdatedSince { get; init; }

    /// <summary>A tag's name, without regard to case.</summary>
    public string? Tag { get; init; }

    /// <exception cref="RefusedException">invalid_value.</exception>
    public ConversationFilter Filter()
    {
        var filter = new ConversationFilter(Enumerated<ConversationStatus>("status", Status))
        {
            Priority = Enumerated<ConversationPriority>("priority", Priority),
            DepartmentId = Department switch { null => null, "none" => 0, _ => Id(Department) ?? throw Invalid("department", "department is none or a department's id.") },
            Unread = Unread,
            Text = Words(Q),
            UpdatedSince = UpdatedSince?.UtcDateTime,
            Tag = TagName(Tag),
        };
        filter = Assignee switch
        {
            null => filter,
            "me" => filter with { Tab = ConversationTab.Mine },
            "none" => filter with { Tab = ConversationTab.Unassigned },
            _ => filter with { AssigneeId = Id(Assignee) ?? throw Invalid("assignee", "assignee is me, none or a colleague's id.") },
        };
        return Channel switch
        {
            null => filter,
            _ when Id(Channel) is { } id => filter with { ChannelId = id },
            { Length: > 0 and <= LongestKind } => filter with { ChannelKind = Channel },
            _ => throw Invalid("channel", "channel is a kind of channel or a channel's id."),
        };
    }

    private static string? TagName(string? name)
        => name is null ? null
            : name.Trim() is { Length: > 0 and <= Labels.Tag.LongestName } trimmed && !trimmed.Any(char.IsControl) ? trimmed
            : throw Invalid("tag", $"tag is the name of a tag, of 1 to {Labels.Tag.LongestName} characters.");

    /// <returns>Null when there is nothing to look for.</returns>
    /// <exception cref="RefusedException">invalid_value: too long.</exception>
    internal static string? Words(string? text)
        => string.IsNullOrWhiteSpace(text) ? null
            : text.Length <= MessageSearch.LongestText ? text.Replace("\0", "", StringComparison.Ordinal)
            : throw Invalid("q", $"q has at most {MessageSearch.LongestText} characters.");

    internal static RefusedException Invalid(string field, string detail) => new("invalid_value", detail, StatusCodes.Status400BadRequest, field);

    private static T? Enumerated<T>(string field, string? word) where T : struct, Enum
        => word is null ? null : Conversations.Words.Read<T>(word) ?? throw Invalid(field, $"{field} is {string.Join(", ", Enum.GetValues<T>().Select(Conversations.Words.Of))}.");

    private static long? Id(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? id : null;
}
