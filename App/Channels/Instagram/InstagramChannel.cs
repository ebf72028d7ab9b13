using System.Text.Json;
using Inbox.Channels.Health;
using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;
using Inbox.Media;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Instagram;

/// <summary>An Instagram professional account.</summary>
public sealed class InstagramChannel(
    MetaSignature signature, MetaConnection connection, ChannelCredentials credentials, MetaMessagingClient client, MetaAccounts accounts, MetaFiles files, MediaLinks links, PublicAddress address,
    IOptions<MetaOptions> options)
    : IWebhookChannel, IConnectableChannel, ICheckedChannel, IFileChannel, ISignChannel, INamingChannel
{
    private static readonly MenuLimits MenuButtons = new(Most: 3, Title: 20, Id: 1000, Calls: false);
    private static readonly MetaMessaging Messaging = new("instagram", "Instagram", "igsid", EchoesData: false);

    public string Kind => "instagram";

    public string DisplayName => "Instagram";

    public ChannelCapabilities Capabilities { get; } = new(
        TextLimit: 1000,
        FreeFormWindow: TimeSpan.FromHours(24),
        DeliveryReceipts: false,
        ReadReceipts: true,
        TypingToCustomer: true,
        TypingFromCustomer: false,
        new SendLimits(PerSecond: 100, RecipientBurst: 20, RecipientEvery: TimeSpan.FromSeconds(1), RecordingsPerSecond: 10))
    {
        TextBytes = 1000,
        Reactions = ["❤️"],
        Buttons = new ButtonLimits(Most: 13, Title: 20, Id: 1000),
        ChoiceText = 640,
        LinkTitle = 20,
        Menu = MenuButtons,
        Cards = new CardLimits(Most: 10, Title: 80, Subtitle: 80, MenuButtons),
        Files = new Dictionary<string, FileLimit>
        {
            ["image"] = new(8_000_000, ["image/jpeg", "image/png"]),
            ["video"] = new(25_000_000, ["video/mp4", "video/webm"]),
            ["audio"] = new(25_000_000, ["audio/aac", "audio/mp4"]),
            ["document"] = new(25_000_000, ["application/pdf"]),
        },
    };

    public TimeSpan TypingLasts { get; } = TimeSpan.FromSeconds(20);

    public int BodyLimit => 4 * 1024 * 1024;

    public bool HasExternalId => true;

    public bool HasSandbox => true;

    public IReadOnlyList<ChannelField> Fields { get; } = [.. MetaConnection.Fields, HumanAgent.Switch.Field, PageLogin.Field];

    public ChannelCapabilities CapabilitiesOf(Channel channel) => HumanAgent.Of(Capabilities, channel);

    /// <summary>Tokens of an Instagram login and of the linked page are good at different hosts.</summary>
    private MetaPlatform PlatformOf(Channel account) => PageLogin.PageOf(account) is { } page
        ? new(DisplayName, options.Value.GraphUrl, page, MessagingType: null)
        : new(DisplayName, options.Value.InstagramUrl, account.ExternalId, MessagingType: null);

    public string? AnswerHandshake(IQueryCollection query, IReadOnlyList<Channel> accounts) => signature.AnswerHandshake(query, accounts);

    public VerifiedBy? Verify(IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<Channel> accounts)
        => signature.Verify(headers, body, accounts);

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body, DateTime receivedAt) => Messaging.Parse(body, receivedAt);

    public Task<SendResult> SendAsync(Channel account, OutboundMessage message, CancellationToken cancellation)
        => credentials.TokenOf(account) is { } token
            ? client.SendAsync(account, token, PlatformOf(account), message, FileOf(account, message), cancellation)
            : Task.FromResult<SendResult>(MetaCredentials.NoToken);

    /// <summary>Instagram fetches files itself.</summary>
    private MetaFile? FileOf(Channel account, OutboundMessage message)
        => message.File is { } file ? new MetaFile(Address: address.Of(links.PathOf(account.TenantId, file.Id))) : null;

    public Task<SendResult> SendAsync(Channel account, OutboundSign sign, CancellationToken cancellation)
        => credentials.TokenOf(account) is { } token
            ? client.SendAsync(account, token, PlatformOf(account), sign, cancellation)
            : Task.FromResult<SendResult>(MetaCredentials.NoToken);

    public Task<FileAnswer> OpenAsync(Channel account, string reference, CancellationToken cancellation) => files.OpenAsync(account, DisplayName, reference, cancellation);

    public void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values)
    {
        connection.Apply(channel, values);
        HumanAgent.Switch.Apply(channel, values);
        PageLogin.Apply(channel, values);
    }

    public IReadOnlyDictionary<string, string> Read(Channel channel)
        => new Dictionary<string, string>([HumanAgent.Switch.Read(channel), new(PageLogin.Field.Name, PageLogin.PageOf(channel) ?? "")]);

    public Task<AccountCheck> CheckAsync(Channel account, CancellationToken cancellation)
        => accounts.CheckAsync(account, credentials.TokenOf(account), Of(account), cancellation);

    public Task<string?> NameOfAsync(Channel account, ContactAddress customer, CancellationToken cancellation)
        => customer.Kind == MetaMessaging.ReferenceKind
            ? Task.FromResult<string?>(null)
            : accounts.NameOfAsync(account, credentials.TokenOf(account), Of(account), customer.Value, ["name", "username"], cancellation);

    public Task<string?> SubscribeAsync(Channel account, CancellationToken cancellation)
        => accounts.SubscribeAsync(account, credentials.TokenOf(account), Of(account), cancellation);

    public async Task<DateTime?> RefreshAsync(Channel account, CancellationToken cancellation)
    {
        if (PageLogin.PageOf(account) is not null || credentials.Read<MetaCredentials>(account) is not { AccessToken: { Length: > 0 } token } known)
        {
            return null;
        }

        var secret = known.AppSecret ?? options.Value.AppSecret;
        if ((await accounts.RefreshAsync(account, token, Of(account), cancellation)
            ?? (secret is { Length: > 0 } ? await accounts.ExchangeAsync(account, token, secret, Of(account), cancellation) : null)) is not var (fresh, endsAt))
        {
            return null;
        }

        credentials.Write(account, known with { AccessToken = fresh });
        return endsAt;
    }

    private MetaAccount Of(Channel account) => PageLogin.PageOf(account) is { } page ? OfPage(account, page) : new(
        DisplayName, options.Value.InstagramUrl, ("me", ["username", "user_id"]), Uri.EscapeDataString(account.ExternalId),
        ["messages", "messaging_postbacks", "messaging_seen", "message_reactions", "message_edit", "messaging_referral", "messaging_handover", "standby", "comments"],
        HasTokenInspection: false, OwnId: "user_id");

    private MetaAccount OfPage(Channel account, string page) => new(
        DisplayName, options.Value.GraphUrl, (Uri.EscapeDataString(account.ExternalId), ["username", "name"]), Uri.EscapeDataString(page), ["messages"], HasTokenInspection: true);
}
