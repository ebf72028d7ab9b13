using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Inbox.Channels;

/// <summary>
/// What a message holds beside its text and its files, in one shape for all platforms. Parts may stand together: a chosen
/// button with the advertisement that led to it. Stored, and shown by the API, as snake_case JSON of the parts that are there.
/// </summary>
public sealed record MessageContent
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = 128,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // it is stored, and encoded again wherever it is shown
    };

    public Place? Location { get; init; }

    public IReadOnlyList<ContactCard>? Contacts { get; init; }

    public Choice? Choice { get; init; }

    public FormAnswer? Form { get; init; }

    public CatalogOrder? Order { get; init; }

    public Referral? Referral { get; init; }

    public Story? Story { get; init; }

    public SharedLink? Link { get; init; }

    public ProductRef? Product { get; init; }

    public SystemNews? System { get; init; }

    /// <summary>What we offered to choose from.</summary>
    public Interactive? Interactive { get; init; }

    /// <summary>The approved message that we sent.</summary>
    public TemplateUse? Template { get; init; }

    /// <summary>Written by a person when only a person may still answer; see <see cref="ChannelCapabilities.HumanAgentWindow"/>.</summary>
    public bool? HumanAgent { get; init; }

    /// <summary>Another program of the business has the thread and answers.</summary>
    public bool? Standby { get; init; }

    /// <summary>Written on our side outside of this product: on the business's phone, or in the platform's own inbox.</summary>
    public bool? Elsewhere { get; init; }

    /// <summary>The platform's id of the group that it was written in; an answer goes to its sender alone.</summary>
    public string? Group { get; init; }

    /// <summary>Passed on from another chat.</summary>
    public bool? Forwarded { get; init; }

    /// <summary>Passed on so often that the platform warns of it.</summary>
    public bool? FrequentlyForwarded { get; init; }

    /// <summary>The platform's own JSON of what the product does not show yet.</summary>
    public JsonElement? Platform { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <returns>Null for what is not in this shape.</returns>
    public static MessageContent? Read(string? json)
    {
        if (json is null)
        {
            return null;
        }

        try
        {
            // Rows of before had the platform's own JSON of the message here.
            var stored = JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = Options.MaxDepth });
            return stored.ValueKind == JsonValueKind.Object && stored.TryGetProperty("type", out _) && stored.TryGetProperty("id", out _)
                ? new MessageContent { Platform = stored }
                : stored.Deserialize<MessageContent>(Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <param name="Latitude">Degrees, WGS 84; north is positive.</param>
/// <param name="Longitude">Degrees, WGS 84; east is positive.</param>
public sealed record Place(double Latitude, double Longitude, string? Name = null, string? Address = null, string? Url = null);

/// <summary>A person from the customer's address book.</summary>
public sealed record ContactCard(
    string? Name,
    IReadOnlyList<CardEntry>? Phones = null,
    IReadOnlyList<CardEntry>? Emails = null,
    IReadOnlyList<string>? Addresses = null,
    IReadOnlyList<string>? Urls = null,
    string? Organization = null,
    string? Title = null,
    string? Birthday = null);

/// <param name="Kind">WORK, HOME and the like, as the platform has it.</param>
public sealed record CardEntry(string Value, string? Kind = null);

/// <summary>What the customer picked of what we offered.</summary>
/// <param name="Kind">button, list, quick_reply, template_button, postback.</param>
/// <param name="Id">Our own id of the choice (a payload); it may be missing.</param>
public sealed record Choice(string Kind, string? Id, string? Title, string? Description = null);

/// <summary>The answer of a form (a WhatsApp Flow, or the one before a chat).</summary>
/// <param name="Kinds">email or phone, by the names of those values that are asked for as such.</param>
public sealed record FormAnswer(string? Name, JsonElement? Values, IReadOnlyDictionary<string, string>? Kinds = null);

public sealed record CatalogOrder(string? CatalogId, IReadOnlyList<OrderLine> Items);

/// <param name="Price">Of one, in the currency's main unit.</param>
public sealed record OrderLine(string? ProductId, decimal? Quantity, decimal? Price, string? Currency, string? Name = null);

/// <summary>The advertisement, post or link that led the customer here.</summary>
public sealed record Referral(
    string? SourceType,
    string? SourceId,
    string? SourceUrl,
    string? Headline = null,
    string? Body = null,
    string? MediaType = null,
    string? MediaUrl = null,
    string? ThumbnailUrl = null,
    string? ClickId = null,
    string? Ref = null);

/// <param name="Kind">reply, mention or share.</param>
public sealed record Story(string Kind, string? Id, string? Url)
{
    /// <summary>Its address leads nowhere afterwards.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(24);
}

/// <summary>A post, a page or a reel that was shared.</summary>
public sealed record SharedLink(string? Kind, string? Title, string? Url);

public sealed record ProductRef(string? CatalogId, string? ProductId, string? Title = null);

/// <summary>News of the platform about the customer, for example a changed number.</summary>
public sealed record SystemNews(string Kind, string? Detail = null);
