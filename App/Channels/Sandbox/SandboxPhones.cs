namespace Inbox.Channels.Sandbox;

/// <summary>What made-up people do at WhatsApp numbers beside writing; each is posted as the platform would.</summary>
public sealed class SandboxPhones(MetaSandbox sandbox, TimeProvider clock)
{
    /// <summary>The platform's id of the picture that they send.</summary>
    internal const string PictureId = "1900000000000001";

    private const double Latitude = 52.51627;
    private const double Longitude = 13.37770;

    /// <exception cref="HttpRequestException">Our webhook did not take it.</exception>
    public Task SendPictureAsync(Channel channel, string phone, string name, CancellationToken cancellation)
        => WriteAsync(channel, phone, name, "[image]", "image", new { id = PictureId, mime_type = "image/png" }, null, cancellation);

    /// <exception cref="HttpRequestException">Our webhook did not take it.</exception>
    public Task SendPlaceAsync(Channel channel, string phone, string name, CancellationToken cancellation)
        => WriteAsync(channel, phone, name, "[location]", "location", new { latitude = Latitude, longitude = Longitude, name = "Brandenburg Gate", address = "Pariser Platz, Berlin" }, null, cancellation);

    /// <summary>Presses what a message offered.</summary>
    /// <exception cref="HttpRequestException">Our webhook did not take it.</exception>
    public Task ChooseAsync(Channel channel, string name, SandboxSend send, SandboxOffer offer, CancellationToken cancellation) => offer.Kind switch
    {
        "location" => SendPlaceAsync(channel, send.To, name, cancellation),
        "template_button" => WriteAsync(channel, send.To, name, offer.Title, "button", new { payload = offer.Payload, text = offer.Title }, send.Id, cancellation),
        "list" => WriteAsync(channel, send.To, name, offer.Title, "interactive", new { type = "list_reply", list_reply = new { id = offer.Payload, title = offer.Title } }, send.Id, cancellation),
        _ => WriteAsync(channel, send.To, name, offer.Title, "interactive", new { type = "button_reply", button_reply = new { id = offer.Payload, title = offer.Title } }, send.Id, cancellation),
    };

    /// <param name="emoji">Null takes it back.</param>
    /// <exception cref="HttpRequestException">Our webhook did not take it.</exception>
    public async Task ReactAsync(Channel channel, string name, SandboxSend send, string? emoji, CancellationToken cancellation)
    {
        await TellAsync(channel, MetaSandbox.NewId(channel.Kind), send.To, name, "reaction", new { message_id = send.Id, emoji = emoji ?? "" }, null, cancellation);
        send.Reaction = emoji;
        sandbox.Changed(channel);
    }

    /// <summary>Takes back a message of their own.</summary>
    /// <exception cref="HttpRequestException">Our webhook did not take it.</exception>
    public async Task UnsendAsync(Channel channel, SandboxWritten written, CancellationToken cancellation)
    {
        await TellAsync(channel, MetaSandbox.NewId(channel.Kind), written.From, written.Name, "revoke", new { original_message_id = written.Id }, null, cancellation);
        written.IsUnsent = true;
        sandbox.Changed(channel);
    }

    private async Task WriteAsync(Channel channel, string phone, string name, string shown, string type, object part, string? about, CancellationToken cancellation)
    {
        var id = MetaSandbox.NewId(channel.Kind);
        await TellAsync(channel, id, phone, name, type, part, about, cancellation);
        sandbox.Keep(channel, new SandboxWritten(id, phone, name, shown, clock.GetUtcNow().UtcDateTime));
    }

    private Task TellAsync(Channel channel, string id, string phone, string name, string type, object part, string? about, CancellationToken cancellation)
        => sandbox.TellNowAsync(channel, SandboxWebhooks.Message(channel, id, phone, name, type, part, about, clock.GetUtcNow()), cancellation);
}
