using Inbox.Tenancy;
using Microsoft.AspNetCore.Mvc;

namespace Inbox.Channels.Templates;

/// <summary>The filters of the list as they stand in an address.</summary>
public sealed record TemplateQuery
{
    private const int LongestText = MessageTemplate.LongestName;

    [FromQuery(Name = "channel_id")]
    public long? ChannelId { get; init; }

    /// <summary>pending, approved, rejected, paused, disabled, appealed, removing or unknown.</summary>
    public string? Status { get; init; }

    public string? Language { get; init; }

    public string? Category { get; init; }

    /// <summary>What the name contains.</summary>
    public string? Q { get; init; }

    /// <exception cref="RefusedException">invalid_value.</exception>
    public TemplateFilter Filter()
        => new(ChannelId, StatusOf(Status), Word("language", Language), Word("category", Category)?.ToLowerInvariant(), Word("q", Q));

    private static TemplateStatus? StatusOf(string? word)
        => word is null ? null
            : Enum.TryParse<TemplateStatus>(word, ignoreCase: true, out var status) && word.All(char.IsAsciiLetter) ? status
            : throw Invalid("status", $"status is one of {string.Join(", ", Enum.GetNames<TemplateStatus>()).ToLowerInvariant()}.");

    private static string? Word(string name, string? text)
        => text is null || (text.Length <= LongestText && !text.Any(char.IsControl)) ? text : throw Invalid(name, $"{name} has at most {LongestText} characters.");

    private static RefusedException Invalid(string field, string sentence) => new("invalid_value", sentence, StatusCodes.Status400BadRequest, field);
}
