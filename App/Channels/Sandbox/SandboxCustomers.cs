namespace Inbox.Channels.Sandbox;

/// <summary>What made-up people do at accounts of Messenger and Instagram; each is posted as the platform would.</summary>
public sealed class SandboxCustomers(MetaSandbox sandbox, SandboxSends sends, OwnAddress own, TimeProvider clock)
{
    private const string StoryId = "17900000000000001";

    private static readonly TimeSpan Window = TimeSpan.FromHours(24);
    private static readonly TimeSpan HumanWindow = TimeSpan.FromDays(7);

    /// <summary>Where the stand-in has the picture that its customers send.</summary>
    public Uri Picture => new(own.Value, "sandbox/files/cup.png");

    /// <exception cref="HttpRequestException">Our webhook did not take it.</exception>
    public Task<SandboxWritten> WriteAsync(Channel channel, string name, string text, CancellationToken cancellation)
        => WriteAsync(channel, name, text, new() { ["text"] = text }, cancellation);

    /// <exception cref="HttpRequestException">Our webhook did not take it.</exception>
    public Task<SandboxWritten> SendPictureAsync(Channel channel, string name, CancellationToken cancellation)
        => WriteAsync(channel, name, "[image]", new() { ["attachments"] = new[] { new { type = "image", payload = new { url = Picture } } } }, cancellation);

    /// <summary>Answers a story of the account; Instagram has such.</summary>
    /// <exception cref="HttpRequestException">Our webhook did not take it.</exception>
    public Task<SandboxWritten> AnswerStoryAsync(Channel channel, string name, string text, CancellationToken cancellation)
        => WriteAsync(channel, name, $"[story] {text}", new() { ["text"] = text, ["reply_to"] = new { story = new { id = StoryId, url = Picture } } }, cancellation);

    /// <summary>Presses what was offered.</summary>
    /// <exception cref="HttpRequestException">Our webhook did not take it.</exception>
    public async Task<SandboxWritten> ChooseAsync(Channel channel, string name, SandboxOffer offer, CancellationToken cancellation)
    {
        if (offer.Kind == "quick_reply")
        {
            return await WriteAsync(channel, name, offer.Title, new() { ["text"] = offer.Title, ["quick_reply"] = new { payload = offer.Payload } }, cancellation);
        }

        var (id, user, now) = (MetaSandbox.NewId(channel.Kind), SandboxIds.IdOf(channel, name), clock.GetUtcNow());
        return await TellAsync(channel, new SandboxWritten(id, user, name, offer.Title, now.UtcDateTime), SandboxMessagingWebhooks.Postback(channel, user, id, now, offer), cancellation);
    }

    /// <param name="emoji">Null takes it back.</param>
    /// <exception cref="HttpRequestException">Our webhook did not take it.</exception>
    public async Task ReactAsync(Channel channel, SandboxSend send, string? emoji, CancellationToken cancellation)
    {
        await sandbox.TellNowAsync(channel, SandboxMessagingWebhooks.Reaction(channel, send.To, send.Id, clock.GetUtcNow(), emoji), cancellation);
        send.Reaction = emoji;
        sandbox.Changed(channel);
    }

    /// <summary>Takes back a message of their own.</summary>
    /// <exception cref="HttpRequestException">Our webhook did not take it.</exception>
    public async Task UnsendAsync(Channel channel, SandboxWritten written, CancellationToken cancellation)
    {
        await sandbox.TellNowAsync(channel, SandboxMessagingWebhooks.Message(channel, written.From, written.Id, clock.GetUtcNow(), new() { ["is_deleted"] = true }), cancellation);
        written.IsUnsent = true;
        sandbox.Changed(channel);
    }

    /// <summary>The name of who wrote with this id; null for who did not.</summary>
    internal string? NameOf(Channel channel, string user) => Last(channel, user)?.Name;

    /// <summary>Whether the account may still answer, as far as is remembered.</summary>
    internal bool MayBeAnswered(Channel channel, string user, bool asHuman)
        => Last(channel, user) is not { } last || last.At + (asHuman ? HumanWindow : Window) > clock.GetUtcNow().UtcDateTime;

    /// <summary>How the account feels about a message.</summary>
    internal void Felt(Channel channel, string messageId, string? emoji)
    {
        if (sends.WrittenTo(channel.Id).FirstOrDefault(written => written.Id == messageId) is { } about)
        {
            about.Reaction = emoji;
            sandbox.Changed(channel);
        }
    }

    private SandboxWritten? Last(Channel channel, string user) => sends.WrittenTo(channel.Id).LastOrDefault(written => written.From == user);

    private Task<SandboxWritten> WriteAsync(Channel channel, string name, string shown, Dictionary<string, object> message, CancellationToken cancellation)
    {
        var (id, user, now) = (MetaSandbox.NewId(channel.Kind), SandboxIds.IdOf(channel, name), clock.GetUtcNow());
        return TellAsync(channel, new SandboxWritten(id, user, name, shown, now.UtcDateTime), SandboxMessagingWebhooks.Message(channel, user, id, now, message), cancellation);
    }

    private async Task<SandboxWritten> TellAsync(Channel channel, SandboxWritten written, object body, CancellationToken cancellation)
    {
        // Before the platform tells it: whoever hears of the message may ask who wrote it.
        sandbox.Keep(channel, written);
        await sandbox.TellNowAsync(channel, body, cancellation);
        return written;
    }
}
