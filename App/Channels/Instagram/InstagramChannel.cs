using System.Text.Json;
using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;
using Inbox.Media;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Instagram;

/// <summary>An Instagram professional account.</summary>
public sealed class InstagramChannel(
    MetaSignature signature, MetaConnection connection, ChannelCredentials credentials, MetaMessagingClient client, MetaFiles files, MediaLinks links, PublicAddress address,
    IOptions<MetaOptions> options)
    : IWebhookChannel, IConnectableChannel, IFileChannel
{
    private static readonly MetaMessaging Messaging = new("instagram", "Instagram", "igsid");

    public string Kind => "instagram";

    public string DisplayName => "Instagram";

    public ChannelCapabilities Capabilities { get; } = new(
        TextLimit: 1000,
        FreeFormWindow: TimeSpan.FromHours(24),
        DeliveryReceipts: false,
        ReadReceipts: true,
        TypingToCustomer: false,
        TypingFromCustomer: false,
        new SendLimits(PerSecond: 100, RecipientBurst: 20, RecipientEvery: TimeSpan.FromSeconds(1)))
    {
        Buttons = new ButtonLimits(Most: 13, Title: 20, Id: 1000),
        ChoiceText = 640,
        LinkTitle = 20,
        Files = new Dictionary<string, FileLimit>
        {
            ["image"] = new(8_000_000, ["image/jpeg", "image/png"]),
            ["video"] = new(25_000_000, ["video/mp4", "video/webm"]),
            ["audio"] = new(25_000_000, ["audio/aac", "audio/mp4"]),
            ["document"] = new(25_000_000, ["application/pdf"]),
        },
    };

    public int BodyLimit => 4 * 1024 * 1024;

    public bool HasExternalId => true;

    public IReadOnlyList<ChannelField> Fields => MetaConnection.Fields;

    public string? AnswerHandshake(IQueryCollection query, IReadOnlyList<Channel> accounts) => signature.AnswerHandshake(query, accounts);

    public VerifiedBy? Verify(IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<Channel> accounts)
        => signature.Verify(headers, body, accounts);

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body, DateTime receivedAt) => Messaging.Parse(body, receivedAt);

    public Task<SendResult> SendAsync(Channel account, OutboundMessage message, CancellationToken cancellation)
        => credentials.Read<MetaCredentials>(account)?.AccessToken is { Length: > 0 } token
            ? client.SendAsync(account, token, new MetaPlatform(DisplayName, options.Value.InstagramUrl, MessagingType: null), message, FileOf(account, message), cancellation)
            : Task.FromResult<SendResult>(MetaCredentials.NoToken);

    /// <summary>Instagram fetches files itself.</summary>
    private MetaFile? FileOf(Channel account, OutboundMessage message)
        => message.File is { } file ? new MetaFile(Address: address.Of(links.PathOf(account.TenantId, file.Id))) : null;

    public Task<FileAnswer> OpenAsync(Channel account, string reference, CancellationToken cancellation) => files.OpenAsync(DisplayName, reference, cancellation);

    public void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values) => connection.Apply(channel, values);

    public IReadOnlyDictionary<string, string> Read(Channel channel) => new Dictionary<string, string>();
}
