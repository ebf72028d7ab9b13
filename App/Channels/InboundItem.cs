namespace Inbox.Channels;

/// <summary>One thing that a platform told us. A request holds any number of them, of any number of accounts.</summary>
/// <param name="Account">The platform's id of our account.</param>
public abstract record InboundItem(string Account)
{
    /// <summary>An address of the customer's that became another one.</summary>
    public AddressChange? Change { get; init; }
}

/// <summary>A message, from the customer or written by our side elsewhere (an echo from the phone app).</summary>
/// <param name="ExternalId">The platform's id of the message; with the account the key against duplicates.</param>
/// <param name="Contact">The customer, also for echoes.</param>
/// <param name="IsEcho">Written on our side, outside this product.</param>
/// <param name="Type">The kind as the API names it; <c>unsupported</c> where the product does not show it yet.</param>
/// <param name="Text">What is shown; null where the type has none.</param>
/// <param name="Content">What it holds beside text and files; null when that is all.</param>
/// <param name="At">The platform's time, UTC.</param>
/// <param name="ReplyTo">The platform's id of the message it answers.</param>
public sealed record InboundMessage(
    string Account,
    string ExternalId,
    InboundContact Contact,
    bool IsEcho,
    string Type,
    string? Text,
    MessageContent? Content,
    DateTime At,
    string? ReplyTo) : InboundItem(Account)
{
    /// <summary>Files that the platform holds for us, in their order.</summary>
    public IReadOnlyList<InboundFile> Files { get; init; } = [];

    /// <summary>Another program has the thread, or there is nothing to answer: it is shown and wakes no automation.</summary>
    public bool IsStandby { get; init; }

    /// <summary>An echo of which the platform does not say who wrote it: what we are just sending comes back so.</summary>
    public bool MayBeOurs { get; init; }
}

/// <summary>A file that is fetched later, by its own job.</summary>
/// <param name="Kind">image, video, audio, voice, document, sticker.</param>
/// <param name="Reference">The platform's id of the file, or its address where it begins with https.</param>
/// <param name="MimeType">As the platform says; the content decides.</param>
/// <param name="FileName">As the sender named it: text to show, never a path.</param>
/// <param name="Sha256">Of the content, lower-case hex, where the platform says so.</param>
public sealed record InboundFile(string Kind, string Reference, string? MimeType = null, string? FileName = null, string? Sha256 = null)
{
    /// <summary>The row of a file that came before its message and is here already; null for one to be fetched.</summary>
    public long? StoredId { get; init; }
}

/// <summary>A reaction to a message, or its removal. The newest of a person counts.</summary>
/// <param name="Target">The platform's id of the message, which may never have come here.</param>
/// <param name="IsEcho">Ours, given outside this product.</param>
/// <param name="Emoji">Null takes the reaction back.</param>
public sealed record InboundReaction(string Account, string Target, InboundContact Contact, bool IsEcho, string? Emoji, DateTime At) : InboundItem(Account);

/// <summary>The sender changed or took back a message.</summary>
/// <param name="Target">The platform's id of the message, which may come later.</param>
/// <param name="Text">The new text; null where it was taken back.</param>
/// <param name="Number">Grows with each change where the platform counts them, else 0.</param>
public sealed record InboundRevision(string Account, string Target, bool IsDeleted, string? Text, int Number, DateTime At) : InboundItem(Account);

/// <summary>The customer as the platform describes them in this item.</summary>
/// <param name="Addresses">At least one; the first is the one to answer to.</param>
public sealed record InboundContact(IReadOnlyList<ContactAddress> Addresses, string? Name, string? Phone)
{
    /// <summary>The business's own site says who it is.</summary>
    public bool IsVouchedFor { get; init; }

    /// <summary>What the person said of themselves; null: nothing.</summary>
    public ContactHints? Hints { get; init; }
}

/// <summary>What somebody says of themselves and nobody has checked: it fills what is not known, and changes nothing that is.</summary>
/// <param name="Fields">By the keys of the business's own fields; what no field takes is left out.</param>
public sealed record ContactHints(string? Name, string? Email, IReadOnlyDictionary<string, string> Fields);

/// <summary>The customer has a new number, or the platform gave them a new id.</summary>
public sealed record AddressChange(ContactAddress From, ContactAddress To);

/// <param name="Kind">What the value is, for example <c>phone</c>, <c>user_id</c>, <c>visitor</c>.</param>
public readonly record struct ContactAddress(string Kind, string Value)
{
    /// <summary>A kind: the digits of a number, as WhatsApp writes them.</summary>
    public const string Phone = "phone";

    /// <summary>A kind: WhatsApp's id of a person, whose number may be hidden.</summary>
    public const string UserId = "user_id";
}

/// <summary>What became of a message of ours.</summary>
/// <param name="Status">The API's word: sent, delivered, read, played, failed; others are kept and ignored.</param>
/// <param name="MessageId">Our own id, where the platform gives our callback data back.</param>
public sealed record InboundStatus(
    string Account,
    string ExternalId,
    string Status,
    DateTime At,
    string? ErrorCode,
    string? ErrorDetail,
    long? MessageId,
    string? Content) : InboundItem(Account)
{
    /// <summary>All that was sent to the customer before it has come as far.</summary>
    public bool AndBefore { get; init; }

    /// <summary>What the error says beyond this message.</summary>
    public FailureMeaning Meaning { get; init; }
}

/// <summary>What an error of a platform says beyond the message that it is about.</summary>
public enum FailureMeaning
{
    Nothing = 0,

    /// <summary>It was surely not delivered, and may be on another try.</summary>
    TryAgain = 1,

    /// <summary>The account's standing is at risk: nothing goes out for a while.</summary>
    SlowDown = 2,

    /// <summary>Nothing can be sent over the account until a person acts.</summary>
    StopChannel = 3,

    /// <summary>The platform has another idea of the template than we have.</summary>
    TemplateWrong = 4,

    /// <summary>The customer takes no advertising.</summary>
    MarketingStopped = 5,
}

/// <summary>All our messages to a customer up to a moment have come this far.</summary>
/// <param name="Status">delivered or read.</param>
public sealed record InboundWatermark(string Account, ContactAddress Contact, string Status, DateTime UpTo) : InboundItem(Account);

/// <summary>Something about the account itself, kept as an event.</summary>
/// <param name="Group">The platform's id above the account, where the notice names no account.</param>
/// <param name="Key">Unique per account and notice.</param>
public sealed record InboundNotice(string Account, string? Group, string Field, string Key, string Content, DateTime At) : InboundItem(Account)
{
    /// <summary>What it says of a template; null when it is about something else.</summary>
    public TemplateNews? Template { get; init; }

    /// <summary>What it says of the account in words; null where there are none.</summary>
    public AccountNews? News { get; init; }

    /// <summary>What a customer wants to be sent, where the notice is of one.</summary>
    public InboundPreference? Preference { get; init; }
}

/// <summary>A setting in the customer's app.</summary>
/// <param name="Address">Whose it is.</param>
/// <param name="Other">A second address of theirs, where the platform names two.</param>
/// <param name="WantsMessages">False: no more of them.</param>
/// <param name="Words">What the platform calls it, as proof.</param>
public sealed record InboundPreference(ContactAddress Address, ContactAddress? Other, bool WantsMessages, string? Words)
{
    public IEnumerable<ContactAddress> Addresses => Other is { } other ? [Address, other] : [Address];
}
