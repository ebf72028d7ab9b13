using Inbox.Contacts;
using Inbox.Data;

namespace Inbox.Conversations.Timeline;

public enum TimelineKind
{
    /// <summary>A message of any channel, or a note within a conversation.</summary>
    Message = 0,

    /// <summary>A note on the contact.</summary>
    Note = 1,

    /// <summary>An opt-in or opt-out with its proof.</summary>
    Consent = 2,

    /// <summary>Somebody changed, tagged, blocked or merged the contact.</summary>
    Change = 3,
}

/// <summary>One thing that happened with a contact. What it was stands in the property of its kind.</summary>
/// <param name="Id">Of the message, the note, the consent, or the change.</param>
public sealed record TimelineEntry(TimelineKind Kind, long Id, DateTime At)
{
    /// <summary>How many kinds there may ever be: ids of two kinds may be the same, and their order must not.</summary>
    private const int Kinds = 8;

    public MessageRow? Message { get; init; }

    /// <summary>Where the message stands.</summary>
    public TimelineThread? Thread { get; init; }

    public ContactNoteRow? Note { get; init; }

    public ContactConsent? Consent { get; init; }

    public ContactChange? Change { get; init; }

    /// <summary>Who entered the consent; null for customers and programs.</summary>
    public string? Who { get; init; }

    /// <summary>Its place in the order.</summary>
    public Cursor Place => new(At, (Id * Kinds) + (int)Kind);

    /// <summary>Of a kind, what is older than a place: by time and then by id below this one.</summary>
    internal static Cursor Before(Cursor place, TimelineKind kind) => place with { Id = (place.Id - (int)kind + Kinds - 1) / Kinds };
}

/// <summary>The conversation of a message.</summary>
public sealed record TimelineThread(long Id, string ChannelKind, string ChannelName);

/// <summary>What somebody did to a contact, as the audit trail has it.</summary>
/// <param name="Action">created, changed, tagged, blocked, unblocked, merged, unmerged, deleted.</param>
/// <param name="Who">Null once erased.</param>
/// <param name="Other">What the other contact of a merge was called.</param>
public sealed record ContactChange(string Action, string? Who, IReadOnlyList<FieldChange> Fields, string? Other = null);

/// <param name="Field">The API's word for it: name, custom_fields.size, tags.</param>
/// <param name="Before">Null or empty where there was nothing.</param>
/// <param name="After">Null or empty where nothing is left.</param>
public sealed record FieldChange(string Field, string? Before, string? After);
