using System.Text.Json;
using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Messenger;

/// <summary>A Facebook page on the Messenger Platform.</summary>
public sealed class MessengerChannel(
    MetaSignature signature, MetaConnection connection, ChannelCredentials credentials, MetaMessagingClient client, MetaUploads uploads, MetaFiles files, IOptions<MetaOptions> options)
    : IWebhookChannel, IConnectableChannel, IFileChannel
{
    private static readonly FileLimit Largest = new(25_000_000, []);
    private static readonly MetaMessaging Messaging = new("page", "Messenger", "psid");

    public string Kind => "messenger";

    public string DisplayName => "Messenger";

    public ChannelCapabilities Capabilities { get; } = new(
        TextLimit: 2000,
        FreeFormWindow: TimeSpan.FromHours(24),
        DeliveryReceipts: true,
        ReadReceipts: true,
        TypingToCustomer: false,
        TypingFromCustomer: false,
        // 300 texts a second of a page; to one customer a few at a time.
        new SendLimits(PerSecond: 100, RecipientBurst: 20, RecipientEvery: TimeSpan.FromSeconds(1)))
    {
        Replies = true,
        Buttons = new ButtonLimits(Most: 13, Title: 20, Id: 1000),
        ChoiceText = 640,
        LinkTitle = 20,
        Files = new Dictionary<string, FileLimit>
        {
            ["image"] = Largest,
            ["video"] = Largest,
            ["audio"] = Largest,
            ["voice"] = Largest,
            ["document"] = Largest,
        },
    };

    public int BodyLimit => 4 * 1024 * 1024;

    public bool HasExternalId => true;

    public IReadOnlyList<ChannelField> Fields => MetaConnection.Fields;

    public string? AnswerHandshake(IQueryCollection query, IReadOnlyList<Channel> accounts) => signature.AnswerHandshake(query, accounts);

    public VerifiedBy? Verify(IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<Channel> accounts)
        => signature.Verify(headers, body, accounts);

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body, DateTime receivedAt) => Messaging.Parse(body, receivedAt);

    public async Task<SendResult> SendAsync(Channel account, OutboundMessage message, CancellationToken cancellation)
    {
        if (credentials.Read<MetaCredentials>(account)?.AccessToken is not { Length: > 0 } token)
        {
            return MetaCredentials.NoToken;
        }

        var platform = new MetaPlatform(DisplayName, options.Value.GraphUrl, MessagingType: "RESPONSE");
        if (message.File is not { } file)
        {
            return await client.SendAsync(account, token, platform, message, null, cancellation);
        }

        var (attachmentId, failure) = await uploads.UploadAsync(account, token, client.UploadOf(account, platform, file), file, cancellation);
        return failure ?? await client.SendAsync(account, token, platform, message, new MetaFile(attachmentId), cancellation);
    }

    public Task<FileAnswer> OpenAsync(Channel account, string reference, CancellationToken cancellation) => files.OpenAsync(DisplayName, reference, cancellation);

    public void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values) => connection.Apply(channel, values);

    public IReadOnlyDictionary<string, string> Read(Channel channel) => new Dictionary<string, string>();
}
