using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;

namespace Inbox.Channels.WhatsApp;

/// <summary>A number on the WhatsApp Business Platform (Cloud API).</summary>
public sealed partial class WhatsAppChannel(MetaSignature signature, MetaConnection connection, ChannelCredentials credentials, WhatsAppClient client, WhatsAppFiles files)
    : IWebhookChannel, IFileChannel
{
    public string Kind => "whatsapp";

    public string DisplayName => "WhatsApp";

    public ChannelCapabilities Capabilities { get; } = new(
        TextLimit: 4096,
        FreeFormWindow: TimeSpan.FromHours(24),
        DeliveryReceipts: true,
        ReadReceipts: true,
        TypingToCustomer: false,
        TypingFromCustomer: false,
        // 80 a second is what a number starts with; one message in 6 s to a customer, of which 45 may be sent ahead.
        new SendLimits(PerSecond: 80, RecipientBurst: 45, RecipientEvery: TimeSpan.FromSeconds(6)));

    public int BodyLimit => 4 * 1024 * 1024;

    public string? AnswerHandshake(IQueryCollection query, IReadOnlyList<Channel> accounts) => signature.AnswerHandshake(query, accounts);

    public VerifiedBy? Verify(IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<Channel> accounts)
        => signature.Verify(headers, body, accounts);

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body, DateTime receivedAt) => WhatsAppParser.Parse(body, receivedAt);

    public Task<SendResult> SendAsync(Channel account, OutboundMessage message, CancellationToken cancellation)
        => credentials.Read<MetaCredentials>(account)?.AccessToken is { Length: > 0 } token
            ? client.SendAsync(account, token, message, cancellation)
            : Task.FromResult<SendResult>(new SendResult.Refused(
                "no_access_token", "The channel has no valid access token. An administrator must connect it again.", StopsChannel: true));

    public Task<FileAnswer> OpenAsync(Channel account, string reference, CancellationToken cancellation)
        => credentials.Read<MetaCredentials>(account)?.AccessToken is { Length: > 0 } token
            ? files.OpenAsync(account, token, reference, cancellation)
            : Task.FromResult<FileAnswer>(new FileAnswer.Later("no_access_token", "The channel has no valid access token. An administrator must connect it again.", TimeSpan.FromHours(1)));
}
