using System.Text.Json;
using Inbox.Channels.Outbound;

namespace Inbox.Channels.Website;

/// <summary>The chat on the business's own pages. Its platform is this product: the visitor's screen reads what is stored.</summary>
public sealed partial class WebsiteChannel
{
    public const string Key = "website";

    /// <summary>The kind of address by which a visitor is known.</summary>
    public const string Visitor = "visitor";

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
                    ExternalId(written.VisitorKey, written.ClientKey),
                    new InboundContact([new ContactAddress(Visitor, written.VisitorKey)], written.Name, Phone: null),
                    IsEcho: false,
                    written.File?.Kind ?? "text",
                    written.Text,
                    Content: null,
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
    public static string ExternalId(string visitorKey, string clientKey) => $"{visitorKey}:{clientKey}";
}

/// <summary>What the ledger holds of a visitor's message.</summary>
/// <param name="Text">Null beside a file.</param>
public sealed record VisitorMessage(string Account, string VisitorKey, string ClientKey, string? Text, string? Name)
{
    public VisitorFile? File { get; init; }
}

/// <summary>A file that is stored already.</summary>
/// <param name="Id">Its row.</param>
public sealed record VisitorFile(long Id, string Kind, string? MimeType, string? Name);
