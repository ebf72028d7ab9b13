using System.Text.Json;

namespace Inbox.Channels.Website;

/// <summary>How the widget looks, what it says and where it may be used.</summary>
/// <param name="AllowedOrigins">Pages that may show it, as scheme://host[:port]; <c>*</c> allows all.</param>
/// <param name="Greeting">The first line that a visitor reads, in languages without a text of their own.</param>
/// <param name="Color">CSS hex colour, <c>#rrggbb</c>; null: the business's.</param>
/// <param name="Side">right or left.</param>
public sealed record WebsiteSettings(IReadOnlyList<string> AllowedOrigins, string? Greeting = null, string? Color = null, string Side = "right")
{
    /// <summary>By language tag.</summary>
    public IReadOnlyDictionary<string, WebsiteTexts> Texts { get; init; } = new Dictionary<string, WebsiteTexts>();

    /// <summary>What is asked before the first message; null: nothing.</summary>
    public PreChatForm? PreChat { get; init; }

    /// <summary>Where visitors may find the answer themselves.</summary>
    public IReadOnlyList<ArticleLink> Articles { get; init; } = [];

    public static WebsiteSettings Of(Channel channel)
        => JsonSerializer.Deserialize(channel.Settings, WebsiteJson.Default.WebsiteSettings) is { AllowedOrigins: not null } settings ? settings : new WebsiteSettings([]);

    public string ToJson() => JsonSerializer.Serialize(this, WebsiteJson.Default.WebsiteSettings);

    public bool Allows(string origin)
        => AllowedOrigins.Any(allowed => allowed == "*" || string.Equals(allowed.TrimEnd('/'), origin, StringComparison.OrdinalIgnoreCase));
}

/// <summary>What the widget says in one language; null: what it says of itself.</summary>
/// <param name="Greeting">The first line that a visitor reads.</param>
/// <param name="Offline">Outside business hours.</param>
/// <param name="Away">While the business is open and nobody is there.</param>
/// <param name="Form">Above the form before the first message.</param>
public sealed record WebsiteTexts(string? Greeting = null, string? Offline = null, string? Away = null, string? Form = null)
{
    public bool IsEmpty => Greeting is null && Offline is null && Away is null && Form is null;
}

/// <summary>The form before the first message.</summary>
/// <param name="Show">always, closed (outside business hours only) or never.</param>
public sealed record PreChatForm(string Show, IReadOnlyList<PreChatField> Fields)
{
    public const string Always = "always";
    public const string Closed = "closed";
    public const string Never = "never";
}

/// <param name="Key">Names the answer; where the business has a custom field of the key, the contact gets it.</param>
/// <param name="Kind">name, email, phone, text, list or consent.</param>
/// <param name="Labels">By language tag; for consent the words that are agreed to. Name, e-mail and phone have words of their own.</param>
/// <param name="Choices">Of a list.</param>
public sealed record PreChatField(string Key, string Kind, bool Required = false, IReadOnlyDictionary<string, string>? Labels = null, IReadOnlyList<string>? Choices = null)
{
    public const string Name = "name";
    public const string Email = "email";
    public const string Phone = "phone";
    public const string Text = "text";
    public const string List = "list";
    public const string Consent = "consent";

    public static IReadOnlyList<string> Kinds { get; } = [Name, Email, Phone, Text, List, Consent];
}

public sealed record ArticleLink(string Title, string Url);
