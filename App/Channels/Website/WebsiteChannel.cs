using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Channels.Outbound;

namespace Inbox.Channels.Website;

/// <summary>The chat on the business's own pages. Its platform is this product: the visitor's screen reads what is stored.</summary>
public sealed partial class WebsiteChannel
{
    public const string Key = "website";

    /// <summary>The kind of address by which a visitor is known.</summary>
    public const string Visitor = "visitor";

    /// <summary>The kind of address of somebody whom the site knows: the id that they have there.</summary>
    public const string User = "user";

    private const int TextLimit = 10_000;

    public string Kind => Key;

    public string DisplayName => "Website";

    public ChannelCapabilities Capabilities { get; } = new(
        TextLimit,
        FreeFormWindow: null,
        DeliveryReceipts: false,
        ReadReceipts: true,
        TypingToCustomer: true,
        TypingFromCustomer: true)
    {
        Caption = TextLimit,
        Files = WebsiteFiles.Limits,
    };

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body, DateTime receivedAt)
    {
        try
        {
            var written = JsonSerializer.Deserialize(body.Span, WebsiteJson.Default.VisitorMessage)
                ?? throw new UnreadableDeliveryException("The body is null.");
            return
            [
                new InboundMessage(
                    written.Account,
                    ExternalId(written.Address.Value, written.ClientKey),
                    new InboundContact([written.Address], written.Name, Phone: null) { Hints = written.Hints, IsVouchedFor = written.UserId is not null },
                    IsEcho: false,
                    written.File?.Kind ?? "text",
                    written.Text,
                    written.Content,
                    receivedAt,
                    ReplyTo: null)
                {
                    Files = written.File is { } file ? [new InboundFile(file.Kind, file.Name ?? "", file.MimeType, file.Name) { StoredId = file.Id }] : [],
                },
            ];
        }
        catch (JsonException error)
        {
            throw new UnreadableDeliveryException("The body is no message of the widget.", error);
        }
    }

    /// <summary>Nothing leaves the house: stored is sent, and the visitor's stream takes it from there.</summary>
    public Task<SendResult> SendAsync(Channel account, OutboundMessage message, CancellationToken cancellation)
        => Task.FromResult<SendResult>(new SendResult.Sent($"out:{message.MessageId}"));

    /// <summary>Unique per visitor and per key that the visitor's browser made.</summary>
    public static string ExternalId(string address, string clientKey) => $"{address}:{clientKey}";
}

/// <summary>What the ledger holds of a visitor's message.</summary>
/// <param name="Text">Null beside a file.</param>
public sealed record VisitorMessage(string Account, string VisitorKey, string ClientKey, string? Text, string? Name)
{
    public VisitorFile? File { get; init; }

    public string? Email { get; init; }

    /// <summary>Of the form before the first message; null where there was none.</summary>
    public IReadOnlyList<VisitorAnswer>? Answers { get; init; }

    /// <summary>The person's id on the site, which the site has vouched for; null for a visitor.</summary>
    public string? UserId { get; init; }

    internal ContactAddress Address => CurrentVisitor.AddressOf(VisitorKey, UserId);

    /// <summary>The answers stand beside the message, for people to read.</summary>
    internal MessageContent? Content => Answers is { Count: > 0 } answers
        ? new MessageContent
        {
            Form = new FormAnswer(
                null,
                JsonSerializer.SerializeToElement(new JsonObject([.. answers.DistinctBy(answer => answer.Label).Select(answer => KeyValuePair.Create(answer.Label, (JsonNode?)answer.Value))])),
                answers.DistinctBy(answer => answer.Label).Where(answer => answer.Kind is PreChatField.Email or PreChatField.Phone).ToDictionary(answer => answer.Label, answer => answer.Kind)),
        }
        : null;

    /// <summary>A phone number is none of them: the number of a contact decides who is the same person, and nobody has checked this one.</summary>
    internal ContactHints? Hints
    {
        get
        {
            var answers = Answers ?? [];
            var hints = new ContactHints(
                Of(PreChatField.Name) ?? Name,
                Of(PreChatField.Email) ?? Email,
                answers.Where(answer => answer.Kind is not (PreChatField.Name or PreChatField.Email or PreChatField.Consent)).ToDictionary(answer => answer.Key, answer => answer.Value));
            return hints is { Name: null, Email: null, Fields.Count: 0 } ? null : hints;

            string? Of(string kind) => answers.FirstOrDefault(answer => answer.Kind == kind)?.Value;
        }
    }
}

/// <summary>A file that is stored already.</summary>
/// <param name="Id">Its row.</param>
public sealed record VisitorFile(long Id, string Kind, string? MimeType, string? Name);
