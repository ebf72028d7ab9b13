namespace Inbox.Channels.Outbound;

/// <summary>What a channel needs to send one message.</summary>
/// <param name="MessageId">Our id; goes to the platform as callback data where it has such.</param>
/// <param name="To">The customer's address on this channel.</param>
/// <param name="Text">Null when there is none beside the content or the file.</param>
/// <param name="ReplyTo">The platform's id of the message this one answers.</param>
public sealed record OutboundMessage(long MessageId, ContactAddress To, string? Text, string? ReplyTo)
{
    /// <summary>The API's word: text, image, location, interactive, template.</summary>
    public string Type { get; init; } = "text";

    public MessageContent? Content { get; init; }

    public OutboundFile? File { get; init; }

    /// <summary>Of the cards of a template, in their order.</summary>
    public IReadOnlyList<OutboundFile> CardFiles { get; init; } = [];
}

/// <summary>A file that lies in the store.</summary>
/// <param name="Kind">image, video, audio, voice, document, sticker.</param>
/// <param name="Name">Safe to show and to save under.</param>
/// <param name="StorageKey">Under which its bytes lie.</param>
public sealed record OutboundFile(long Id, string Kind, string MimeType, string Name, long Size, string StorageKey)
{
    /// <summary>How long handing it to a platform may take, before the message that names it.</summary>
    public static readonly TimeSpan LongestUpload = TimeSpan.FromMinutes(5);
}
