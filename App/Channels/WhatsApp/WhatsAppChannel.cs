using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.WhatsApp;

/// <summary>A number on the WhatsApp Business Platform (Cloud API).</summary>
public sealed partial class WhatsAppChannel(MetaSignature signature, MetaConnection connection, ChannelCredentials credentials, WhatsAppClient client, WhatsAppFiles files, WhatsAppTemplates templates, MetaUploads uploads, MetaAccounts accounts, IOptions<MetaOptions> options)
    : IWebhookChannel, IFileChannel, ISignChannel
{
    private const long Megabyte = 1_000_000;

    public string Kind => "whatsapp";

    public string DisplayName => "WhatsApp";

    public ChannelCapabilities Capabilities { get; } = new(
        TextLimit: 4096,
        FreeFormWindow: TimeSpan.FromHours(24),
        DeliveryReceipts: true,
        ReadReceipts: true,
        TypingToCustomer: true,
        TypingFromCustomer: false,
        // 80 a second is what a number starts with; one message in 6 s to a customer, of which 45 may be sent ahead.
        new SendLimits(PerSecond: 80, RecipientBurst: 45, RecipientEvery: TimeSpan.FromSeconds(6)))
    {
        TextMarks = true,
        BeginsByPhone = true,
        Replies = true,
        Reactions = [],
        Buttons = new ButtonLimits(Most: 3, Title: 20, Id: 256),
        List = new ListLimits(Sections: 10, Rows: 10, Button: 20, Title: 24, Description: 72, Id: 200),
        ChoiceText = 1024,
        LinkTitle = 20,
        HeaderAndFooter = 60,
        HeaderFiles = ["image", "video", "document"],
        FormTitle = 30,
        LocationRequests = true,
        Locations = true,
        Contacts = true,
        Templates = true,
        WindowClosedCode = "131047",
        Caption = 1024,
        Files = new Dictionary<string, FileLimit>
        {
            ["image"] = new(5 * Megabyte, ["image/jpeg", "image/png"]),
            ["video"] = new(16 * Megabyte, ["video/mp4", "video/3gpp"]),
            ["audio"] = new(16 * Megabyte, ["audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg"]),
            ["voice"] = new(16 * Megabyte, ["audio/ogg"]),
            ["sticker"] = new(500_000, ["image/webp"]) { StillBytes = 100_000 },
            ["document"] = new(100 * Megabyte,
            [
                "application/pdf", "text/plain", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            ]),
        },
    };

    public TimeSpan TypingLasts { get; } = TimeSpan.FromSeconds(25);

    public int BodyLimit => 4 * 1024 * 1024;

    public string? AnswerHandshake(IQueryCollection query, IReadOnlyList<Channel> accounts) => signature.AnswerHandshake(query, accounts);

    public VerifiedBy? Verify(IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<Channel> accounts)
        => signature.Verify(headers, body, accounts);

    public IReadOnlyList<InboundItem> Parse(ReadOnlyMemory<byte> body, DateTime receivedAt) => WhatsAppParser.Parse(body, receivedAt);

    public async Task<SendResult> SendAsync(Channel account, OutboundMessage message, CancellationToken cancellation)
    {
        if (credentials.TokenOf(account) is not { } token)
        {
            return MetaCredentials.NoToken;
        }

        List<string> mediaIds = [];
        // All of them within the time that the send may be held for.
        using var uploading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        uploading.CancelAfter(OutboundFile.LongestUpload);
        foreach (var file in message.File is { } one ? [one] : message.CardFiles)
        {
            var (mediaId, failure) = await uploads.UploadAsync(account, token, client.UploadOf(account, file), file, uploading.Token);
            if (failure is not null)
            {
                return failure;
            }

            mediaIds.Add(mediaId!);
        }

        return await client.SendAsync(account, token, message, mediaIds, cancellation);
    }

    public Task<SendResult> SendAsync(Channel account, OutboundSign sign, CancellationToken cancellation)
        => credentials.TokenOf(account) is { } token
            ? client.SendAsync(account, token, sign, cancellation)
            : Task.FromResult<SendResult>(MetaCredentials.NoToken);

    public Task<FileAnswer> OpenAsync(Channel account, string reference, CancellationToken cancellation)
        => credentials.TokenOf(account) is { } token
            ? files.OpenAsync(account, token, reference, cancellation)
            : Task.FromResult<FileAnswer>(new FileAnswer.Later("no_access_token", "The channel has no valid access token. An administrator must connect it again.", TimeSpan.FromHours(1)));
}
