namespace Inbox.Channels;

/// <summary>What a kind of channel can do, as data: composer, flow validator and API read the same.</summary>
/// <param name="TextLimit">The longest text in UTF-16 code units.</param>
/// <param name="FreeFormWindow">How long after the customer's last message free text may be sent; null: always.</param>
/// <param name="DeliveryReceipts">The platform reports delivered.</param>
/// <param name="ReadReceipts">The platform reports read.</param>
/// <param name="TypingToCustomer">The customer can be shown that an agent types.</param>
/// <param name="TypingFromCustomer">The agent can be shown that the customer types.</param>
/// <param name="Limits">How fast the platform takes messages; null: no limit that we know.</param>
public sealed record ChannelCapabilities(
    int TextLimit,
    TimeSpan? FreeFormWindow,
    bool DeliveryReceipts,
    bool ReadReceipts,
    bool TypingToCustomer,
    bool TypingFromCustomer,
    SendLimits? Limits = null)
{
    /// <summary>Of a channel whose kind this version does not know.</summary>
    public static readonly ChannelCapabilities None = new(4096, null, false, false, false, false);

    /// <summary>Marks in a text change how it looks: *bold*, _italic_, ~struck through~, `code`.</summary>
    public bool TextMarks { get; init; }

    /// <summary>The longest text in bytes of UTF-8, where the platform counts so; beside <see cref="TextLimit"/>.</summary>
    public int? TextBytes { get; init; }

    /// <summary>A conversation can be begun with somebody whose phone number is known.</summary>
    public bool BeginsByPhone { get; init; }

    /// <summary>A message can name the one that it answers.</summary>
    public bool Replies { get; init; }

    /// <summary>How we can feel about a customer's message, as emoji: empty for any, null for not at all.</summary>
    public IReadOnlyList<string>? Reactions { get; init; }

    /// <summary>Null: the channel has no buttons.</summary>
    public ButtonLimits? Buttons { get; init; }

    /// <summary>Null: the channel has no lists.</summary>
    public ListLimits? List { get; init; }

    /// <summary>The longest text with buttons, a list or a link, in UTF-16 code units; null: as for any text.</summary>
    public int? ChoiceText { get; init; }

    /// <summary>The longest title of a button that opens a page; null: the channel has none.</summary>
    public int? LinkTitle { get; init; }

    /// <summary>Buttons that stay below a text; null: the channel has none.</summary>
    public MenuLimits? Menu { get; init; }

    /// <summary>Cards side by side; null: the channel has none.</summary>
    public CardLimits? Cards { get; init; }

    /// <summary>The longest line above and below a choice; null: the channel has none.</summary>
    public int? HeaderAndFooter { get; init; }

    /// <summary>Kinds of files that may stand above buttons or a link, in the place of a line.</summary>
    public IReadOnlyList<string> HeaderFiles { get; init; } = [];

    /// <summary>The longest title of a button that opens a form of the platform; null: the channel has none.</summary>
    public int? FormTitle { get; init; }

    /// <summary>The customer can be asked where they are.</summary>
    public bool LocationRequests { get; init; }

    /// <summary>A place can be sent.</summary>
    public bool Locations { get; init; }

    /// <summary>Cards of an address book can be sent.</summary>
    public bool Contacts { get; init; }

    /// <summary>The platform approves messages that may be sent at any time.</summary>
    public bool Templates { get; init; }

    /// <summary>The platform's code for what it refuses because the time for free text is over; null: it has none.</summary>
    public string? WindowClosedCode { get; init; }

    /// <summary>How long after the customer's last message a person, and no program, may answer; null: no longer than anybody.</summary>
    public TimeSpan? HumanAgentWindow { get; init; }

    /// <summary>The longest text beside a file in UTF-16 code units; null: a file goes without text.</summary>
    public int? Caption { get; init; }

    /// <summary>What files can be sent, by their kind: image, video, audio, voice, document, sticker.</summary>
    public IReadOnlyDictionary<string, FileLimit> Files { get; init; } = new Dictionary<string, FileLimit>();
}

/// <param name="Most">Of one message.</param>
/// <param name="Title">The longest title.</param>
/// <param name="Id">The longest id.</param>
public sealed record ButtonLimits(int Most, int Title, int Id);

/// <param name="Most">Of one message, or of one card.</param>
/// <param name="Title">The longest title.</param>
/// <param name="Id">The longest id.</param>
/// <param name="Calls">A button can call a number.</param>
public sealed record MenuLimits(int Most, int Title, int Id, bool Calls);

/// <param name="Most">Of one message.</param>
/// <param name="Title">The longest title.</param>
/// <param name="Subtitle">The longest line below it.</param>
/// <param name="Buttons">Of one card.</param>
public sealed record CardLimits(int Most, int Title, int Subtitle, MenuLimits Buttons);

/// <param name="Rows">The most rows of all sections together.</param>
/// <param name="Button">The longest title of what opens the list.</param>
/// <param name="Title">The longest title of a row or section.</param>
public sealed record ListLimits(int Sections, int Rows, int Button, int Title, int Description, int Id);

/// <param name="Types">Empty: any.</param>
public sealed record FileLimit(long Bytes, IReadOnlyList<string> Types)
{
    /// <summary>Of a picture that does not move, where the platform takes more of one that does; null: the same.</summary>
    public long? StillBytes { get; init; }

    public bool Takes(string? type) => Types.Count == 0 || (type is not null && Types.Contains(type));
}

/// <summary>How fast a platform takes messages before it refuses.</summary>
/// <param name="PerSecond">Of one account.</param>
/// <param name="RecipientBurst">To one customer without a pause.</param>
/// <param name="RecipientEvery">To one customer in the long run.</param>
/// <param name="RecordingsPerSecond">Of one account, audio and video only; null: no limit of their own.</param>
public sealed record SendLimits(int PerSecond, int RecipientBurst, TimeSpan RecipientEvery, int? RecordingsPerSecond = null);
