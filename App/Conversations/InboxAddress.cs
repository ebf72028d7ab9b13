using System.Globalization;

namespace Inbox.Conversations;

/// <summary>The state of the inbox screen as its address carries it, so that a reload, a link and another tab show the same.</summary>
/// <param name="Panel">Whether the contact stands beside the thread; null: where the window is wide enough.</param>
/// <param name="DepartmentId">0: those in no department.</param>
/// <param name="Text">What was searched for.</param>
/// <param name="Tag">A tag's name.</param>
public sealed record InboxAddress(long? ConversationId, ConversationTab Tab, ConversationStatus? Status, bool? Panel, long? DepartmentId = null, string? Text = null, string? Tag = null)
{
    private const string AnyStatus = "any";

    public static InboxAddress Of(long? conversationId, string? tab, string? status, bool? panel, long? department = null, string? text = null, string? tag = null)
        => new(
            conversationId,
            tab is null ? ConversationTab.All : Words.Read<ConversationTab>(tab) ?? ConversationTab.All,
            status switch { null => ConversationStatus.Open, AnyStatus => null, _ => Words.Read<ConversationStatus>(status) ?? ConversationStatus.Open },
            panel,
            department,
            text is null || string.IsNullOrWhiteSpace(text) ? null : text.Trim()[..Math.Min(text.Trim().Length, MessageSearch.LongestText)],
            tag?.Trim() is { Length: > 0 and <= Labels.Tag.LongestName } name ? name : null);

    public string StatusWord => Status is { } status ? Words.Of(status) : AnyStatus;

    public ConversationFilter Filter => new(Status, Tab) { DepartmentId = DepartmentId, Text = Text, Tag = Tag };

    public InboxAddress WithStatus(string word) => this with { Status = word == AnyStatus ? null : Words.Read<ConversationStatus>(word) ?? ConversationStatus.Open };

    /// <summary>Defaults are left out, so that the common address is short.</summary>
    public override string ToString()
    {
        List<string> query = [];
        if (Tab != ConversationTab.All)
        {
            query.Add($"tab={Words.Of(Tab)}");
        }

        if (Status != ConversationStatus.Open)
        {
            query.Add($"status={StatusWord}");
        }

        if (DepartmentId is { } department)
        {
            query.Add(string.Create(CultureInfo.InvariantCulture, $"department={department}"));
        }

        if (Tag is { } tag)
        {
            query.Add($"tag={Uri.EscapeDataString(tag)}");
        }

        if (Text is { } text)
        {
            query.Add($"q={Uri.EscapeDataString(text)}");
        }

        if (Panel is { } panel && ConversationId is not null)
        {
            query.Add($"panel={(panel ? "true" : "false")}");
        }

        return $"/inbox{(ConversationId is { } id ? $"/{id}" : "")}{(query.Count == 0 ? "" : $"?{string.Join('&', query)}")}";
    }
}
