using System.Text.Json;
using Inbox.Channels;
using Inbox.Media;

namespace Inbox.Conversations.Samples;

/// <summary>One message of the conversation that shows every kind.</summary>
/// <param name="Direction">Who wrote it.</param>
/// <param name="Type">The API's word.</param>
internal sealed record SampleMessage(MessageDirection Direction, string Type, string? Text = null)
{
    public MessageContent? Content { get; init; }

    public SampleFile? File { get; init; }

    public MessageStatus Status { get; init; } = Direction == MessageDirection.Inbound ? MessageStatus.Received : MessageStatus.Read;

    public string? Error { get; init; }

    public string? ErrorCode { get; init; }

    /// <summary>It answers the message before it.</summary>
    public bool Answers { get; init; }

    /// <summary>What it said before it was changed; null: it was not.</summary>
    public string? Before { get; init; }

    public bool IsTakenBack { get; init; }

    /// <summary>How the other side feels about it.</summary>
    public string? Reaction { get; init; }
}

/// <param name="Resource">Where its bytes are in this program; null: it is not here, as <paramref name="State"/> says.</param>
internal sealed record SampleFile(string Kind, string Name, string MimeType, string? Resource, MediaState State = MediaState.Stored, string? Problem = null);

/// <summary>What people and programs can say to each other, once each.</summary>
internal static class SampleMessages
{
    private const MessageDirection In = MessageDirection.Inbound;
    private const MessageDirection Out = MessageDirection.Outbound;

    public static IReadOnlyList<SampleMessage> All { get; } =
    [
        new(In, "text", "This conversation shows every kind of message.\nA link is one that can be followed: https://example.com/menu") { Reaction = "👍" },
        new(Out, "text", "And this is the answer.") { Answers = true, Reaction = "❤️" },
        new(In, "text", "A text that was changed afterwards") { Before = "A text before it was changed" },
        new(In, "text") { IsTakenBack = true },
        new(In, "text", "Passed on from another chat") { Content = new() { Forwarded = true } },
        new(MessageDirection.Note, "text", "A note that only colleagues see."),
        new(In, "image", "With a caption") { File = new("image", "cup.png", "image/png", "cup.png") },
        new(Out, "image") { File = new("image", "cup.png", "image/png", "cup.png") },
        new(In, "video") { File = new("video", "stall.mp4", "video/mp4", null, MediaState.Pending) },
        new(In, "video") { File = new("video", "party.mp4", "video/mp4", null, MediaState.Refused, "The file is larger than this channel takes.") },
        new(In, "audio") { File = new("audio", "song.mp3", "audio/mpeg", "silence.mp3") },
        new(In, "voice") { File = new("voice", "voice.mp3", "audio/mpeg", "silence.mp3") },
        new(Out, "document", "The prices of this month") { File = new("document", "prices.pdf", "application/pdf", "prices.pdf") },
        new(In, "sticker") { File = new("sticker", "sticker.png", "image/png", "cup.png") },
        new(In, "location") { Content = new() { Location = new Place(52.5233, 13.4127, "Market square", "Alexanderplatz 1, Berlin") } },
        new(In, "contacts") { Content = new() { Contacts = [new ContactCard("Ada Byron", [new CardEntry("+49 30 1234567", "WORK")], [new CardEntry("ada@example.com")], Organization: "Byron Analytics")] } },
        new(Out, "interactive", "When does the parcel suit you?")
        {
            Content = new() { Interactive = new Interactive(Interactive.ButtonsKind, "Delivery", "You can change it later", [new ReplyButton("am", "In the morning"), new ReplyButton("pm", "After noon")]) },
        },
        new(In, "interactive", "In the morning") { Content = new() { Choice = new Choice("button", "am", "In the morning") } },
        new(Out, "interactive", "These are our prices. Shall we put your usual aside?")
        {
            File = new("document", "beans.pdf", "application/pdf", "prices.pdf"),
            Content = new() { Interactive = new Interactive(Interactive.ButtonsKind, Buttons: [new ReplyButton("yes", "Yes, please"), new ReplyButton("no", "Not this week")]) },
        },
        new(Out, "interactive", "Which blend?")
        {
            Content = new()
            {
                Interactive = new Interactive(
                    Interactive.ListKind, ListButton: "Show all",
                    Sections: [new ListSection([new ListRow("house", "House blend", "Dark, with chocolate")], "Espresso"), new ListSection([new ListRow("eth", "Ethiopia", "Light, with berries")], "Filter")]),
            },
        },
        new(In, "interactive", "Ethiopia") { Content = new() { Choice = new Choice("list", "eth", "Ethiopia", "Light, with berries") } },
        new(Out, "interactive", "Everything about grinding") { Content = new() { Interactive = new Interactive(Interactive.LinkKind, Link: new LinkButton("Read it", "https://example.com/grinding")) } },
        new(Out, "interactive", "How shall we grind it?")
        {
            Content = new() { Interactive = new Interactive(Interactive.MenuKind, Menu: [new OfferButton("For the moka pot", "moka"), new OfferButton("Ask us", Phone: "+15550100100"), new OfferButton("About grinding", Url: "https://example.com/grinding")]) },
        },
        new(Out, "interactive")
        {
            Content = new()
            {
                Interactive = new Interactive(Interactive.CardsKind, Cards:
                [
                    new OfferCard("House blend", "Dark, with chocolate", "https://example.com/house.jpg", "https://example.com/house", [new OfferButton("Take it", "house")]),
                    new OfferCard("Ethiopia", "Light, with berries", Buttons: [new OfferButton("Take it", "ethiopia"), new OfferButton("Read more", Url: "https://example.com/ethiopia")]),
                ]),
            },
        },
        new(In, "button", "Take it") { Content = new() { Choice = new Choice("postback", "ethiopia", "Take it") } },
        new(Out, "interactive", "Where may we deliver to?") { Content = new() { Interactive = new Interactive(Interactive.LocationRequestKind) } },
        new(Out, "template", "Hello Sam, your order *10042* is ready.")
        {
            Content = new() { Template = new TemplateUse("order_ready", "en_US"), Interactive = new Interactive(Interactive.MenuKind, Menu: [new OfferButton("See the order", Url: "https://example.com/orders/10042")]) },
        },
        new(In, "button", "Thank you") { Content = new() { Choice = new Choice("template_button", "thanks", "Thank you") } },
        new(In, "order") { Content = new() { Order = new CatalogOrder("beans", [new OrderLine("house-250", 2, 9.50m, "EUR", "House blend, 250 g"), new OrderLine("eth-250", 1, 11m, "EUR", "Ethiopia, 250 g")]) } },
        new(In, "text", "Is this one still there?") { Content = new() { Product = new ProductRef("beans", "eth-250", "Ethiopia, 250 g") } },
        new(In, "text", "I saw your advertisement") { Content = new() { Referral = new Referral("ad", "1", "https://example.com/ad", "Fresh every Friday", "Roasted in the morning, with you in the evening.") } },
        new(In, "text", "So good!") { Content = new() { Story = new Story("reply", "1", "https://example.com/story") } },
        new(In, "text") { Content = new() { Link = new SharedLink("post", "The roaster at work", "https://example.com/post") } },
        new(In, "interactive") { Content = new() { Form = new FormAnswer("Booking", JsonSerializer.SerializeToElement(new { day = "Friday", people = 4, allergies = new[] { "nuts" } })) } },
        new(In, "system", "Sam Taylor changed from +1 555 010 0198 to +1 555 010 0199") { Content = new() { System = new SystemNews("user_changed_number") } },
        new(In, "poll") { Content = new() { Platform = JsonSerializer.SerializeToElement(new { id = "wamid.sample", type = "poll", poll = new { name = "Which blend?" } }) } },
        new(Out, "text", "One that could not be sent") { Status = MessageStatus.Failed, ErrorCode = "131026", Error = "WhatsApp cannot deliver to this customer: the number may not use WhatsApp, or has not accepted its terms." },
        new(Out, "text", "One that may have been sent") { Status = MessageStatus.Unknown, Error = "WhatsApp did not answer. The message may have been sent." },
        new(Out, "text", "One that is delivered and not read yet") { Status = MessageStatus.Delivered },
    ];
}
