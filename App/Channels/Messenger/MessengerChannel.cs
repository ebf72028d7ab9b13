using System.Text.Json;
using Inbox.Channels.Health;
using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Messenger;

/// <summary>A Facebook page on the Messenger Platform.</summary>
public sealed class MessengerChannel(
    MetaSignature signature, MetaConnection connection, ChannelCredentials credentials, MetaMessagingClient client, MetaAccounts accounts, MetaUploads uploads, MetaFiles files, IOptions<MetaOptions> options)
    : IWebhookChannel, IConnectableChannel, ICheckedChannel, IFileChannel, ISignChannel, INamingChannel
{
    private static readonly FileLimit Largest = new(25_000_000, []);
    private static readonly MenuLimits MenuButtons = new(Most: 3, Title: 20, Id: 1000, Calls: true);
    private static readonly MetaMessaging Messaging = new("page", "Messenger", "psid");

    public string Kind => "messenger";

    public string DisplayName => "Messenger";

    public ChannelCapabilities Capabilities { get; } = new(
        // Fewer than 2,000 characters.
        TextLimit: 1999,
        FreeFormWindow: TimeSpan.FromHours(24),
        DeliveryReceipts: true,
        ReadReceipts: true,
        TypingToCustomer: true,
        TypingFromCustomer: false,
        // 300 texts a second of a page; to one customer a few at a time.
        new SendLimits(PerSecond: 100, RecipientBurst: 20, RecipientEvery: TimeSpan.FromSeconds(1), RecordingsPerSecond: 10))
    {
        Replies = true,
        Buttons = new ButtonLimits(Most: 13, Title: 20, Id: 1000),
        ChoiceText = 640,
        LinkTitle = 20,
        Menu = MenuButtons,
        Cards = new CardLimits(Most: 10, Title: 80, Subtitle: 80, MenuButtons),
        Files = new Dictionary<string, FileLimit>
        {
            ["image"] = Largest,
            ["video"] = Largest,
            ["audio"] = Largest,
            ["voice"] = Largest,
            ["document"] = Largest,
        },
    };

    public TimeSpan TypingLasts { get; } = TimeSpan.FromSeconds(20);

    public int BodyLimit => 4 * 1024 * 1024;

    public bool HasExternalId => true;

    public bool HasSandbox => true;

    public IReadOnlyList<ChannelField> Fields { get; } = [.. MetaConnection.Fields, HumanAgent.Switch.Field, OlderSignature.Switch.Field];

    public ChannelCapabilities CapabilitiesOf(Channel channel) => HumanAgent.Of(Capabilities, channel);

    private MetaPlatform PlatformOf(Channel account) => new(DisplayName, options.Value.GraphUrl, account.ExternalId, MessagingType: "RESPONSE");

    public string? AnswerHandshake(IQueryCollection query, IReadOnlyList<Channel> accounts) => signature.AnswerHandshake(query, accounts);

    public VerifiedBy? Verify(IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<Channel> accounts)
        => signature.Verify(headers, body, accounts);

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body, DateTime receivedAt) => Messaging.Parse(body, receivedAt);

    public async Task<SendResult> SendAsync(Channel account, OutboundMessage message, CancellationToken cancellation)
    {
        if (credentials.TokenOf(account) is not { } token)
        {
            return MetaCredentials.NoToken;
        }

        if (message.File is not { } file)
        {
            return await client.SendAsync(account, token, PlatformOf(account), message, null, cancellation);
        }

        var (attachmentId, failure) = await uploads.UploadAsync(account, token, client.UploadOf(account, PlatformOf(account), file), file, cancellation);
        return failure ?? await client.SendAsync(account, token, PlatformOf(account), message, new MetaFile(attachmentId), cancellation);
    }

    public Task<SendResult> SendAsync(Channel account, OutboundSign sign, CancellationToken cancellation)
        => credentials.TokenOf(account) is { } token
            ? client.SendAsync(account, token, PlatformOf(account), sign, cancellation)
            : Task.FromResult<SendResult>(MetaCredentials.NoToken);

    public Task<FileAnswer> OpenAsync(Channel account, string reference, CancellationToken cancellation) => files.OpenAsync(account, DisplayName, reference, cancellation);

    public void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values)
    {
        connection.Apply(channel, values);
        HumanAgent.Switch.Apply(channel, values);
        OlderSignature.Switch.Apply(channel, values);
    }

    public IReadOnlyDictionary<string, string> Read(Channel channel) => new Dictionary<string, string>([HumanAgent.Switch.Read(channel), OlderSignature.Switch.Read(channel)]);

    public Task<AccountCheck> CheckAsync(Channel account, CancellationToken cancellation)
        => accounts.CheckAsync(account, credentials.TokenOf(account), Of(account), cancellation);

    public Task<string?> NameOfAsync(Channel account, ContactAddress customer, CancellationToken cancellation)
        => customer.Kind == MetaMessaging.ReferenceKind
            ? Task.FromResult<string?>(null)
            : accounts.NameOfAsync(account, credentials.TokenOf(account), Of(account), customer.Value, ["name"], cancellation);

    public Task<string?> SubscribeAsync(Channel account, CancellationToken cancellation)
        => accounts.SubscribeAsync(account, credentials.TokenOf(account), Of(account), cancellation);

    private MetaAccount Of(Channel account) => new(
        DisplayName, options.Value.GraphUrl, (Uri.EscapeDataString(account.ExternalId), ["name"]), Uri.EscapeDataString(account.ExternalId),
        ["messages", "messaging_postbacks", "message_deliveries", "message_reads", "message_echoes", "message_reactions", "message_edits", "messaging_referrals", "messaging_optins", "messaging_handovers", "messaging_account_linking", "messaging_policy_enforcement", "standby"],
        HasTokenInspection: true);
}
