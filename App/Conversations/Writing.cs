using Inbox.Channels;

namespace Inbox.Conversations;

/// <summary>A message to write.</summary>
/// <param name="Text">Null where the content or the file is all.</param>
/// <param name="ClientKey">Made by the sender (a UUID); the same key in the same conversation is the same message.</param>
/// <param name="ReplyToId">Our id of the message that it answers.</param>
public sealed record Writing(string? Text, string? ClientKey = null, long? ReplyToId = null)
{
    /// <summary>What goes beside the text: a choice, a place, cards or a template; one of them.</summary>
    public MessageContent? Content { get; init; }

    /// <summary>What its sender takes it for, as the API's word; null: whatever it is.</summary>
    public string? Type { get; init; }

    /// <summary>An uploaded file, or one of a message that the sender may see.</summary>
    public long? FileId { get; init; }
}
