using Inbox.Channels;

namespace Inbox.Conversations.Extras;

/// <summary>What an agent sends beside texts and files, each with a form of its own.</summary>
public enum Extra
{
    /// <summary>Something to choose from: buttons, a list, links, cards, a question for a place.</summary>
    Choice,

    Place,

    ContactCard,
}

internal static class ChannelExtras
{
    /// <summary>Those that a channel takes.</summary>
    public static IReadOnlyList<Extra> Of(ChannelCapabilities channel)
        => [.. from extra in Enum.GetValues<Extra>()
               where extra switch
               {
                   Extra.Place => channel.Locations,
                   Extra.ContactCard => channel.Contacts,
                   _ => new ChoiceDraft(channel).Kinds.Count > 0,
               }
               select extra];
}
