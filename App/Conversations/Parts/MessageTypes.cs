using Microsoft.Extensions.Localization;

namespace Inbox.Conversations.Parts;

/// <summary>Names of the types of messages, for previews and quotes.</summary>
public sealed class MessageTypes
{
    private MessageTypes()
    {
    }

    /// <param name="type">The API's word.</param>
    public static string Name(IStringLocalizer<MessageTypes> text, string type)
        => text[type] is { ResourceNotFound: false } name ? name : text["of kind", type];
}
