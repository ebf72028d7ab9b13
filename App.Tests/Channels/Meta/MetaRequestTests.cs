using System.Text;
using Inbox.Channels;
using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;

namespace Inbox.Tests.Channels.Meta;

/// <summary>The bodies as the platform documents them.</summary>
public sealed class MetaRequestTests
{
    private static readonly OutboundMessage Plain = new(7, new ContactAddress("psid", "7001"), "Hi", null);

    [Fact]
    public void A_text_answers_a_message()
        => Assert.Equal(
            """{"recipient":{"id":"7001"},"messaging_type":"RESPONSE","message":{"text":"Hi","reply_to":{"mid":"m1"},"metadata":"m:7"}}""",
            Body(Plain with { ReplyTo = "m1" }, "RESPONSE"));

    [Fact]
    public void A_heart_alone_is_the_large_one_of_Instagram()
    {
        Assert.Equal("""{"recipient":{"id":"7001"},"message":{"attachment":{"type":"like_heart"},"metadata":"m:7"}}""", Body(Plain with { Text = "❤️" }));
        Assert.Contains("\"text\":", Body(Plain with { Text = "❤️❤️" }), StringComparison.Ordinal);
        Assert.Contains("\"text\":", Body(Plain with { Text = "❤️" }, "RESPONSE"), StringComparison.Ordinal);
    }

    [Fact]
    public void Buttons_are_quick_replies()
        => Assert.Equal(
            """{"recipient":{"id":"7001"},"message":{"text":"Hi","quick_replies":[{"content_type":"text","title":"Monday","payload":"mon"}],"metadata":"m:7"}}""",
            Body(Plain with { Type = "interactive", Content = new MessageContent { Interactive = new Interactive(Interactive.ButtonsKind, Buttons: [new ReplyButton("mon", "Monday")]) } }));

    [Fact]
    public void A_link_is_a_template_with_a_button()
        => Assert.Equal(
            """{"recipient":{"id":"7001"},"message":{"attachment":{"type":"template","payload":{"template_type":"button","text":"Hi","buttons":[{"type":"web_url","url":"https://salon.example/","title":"Book"}]}},"metadata":"m:7"}}""",
            Body(Plain with { Type = "interactive", Content = new MessageContent { Interactive = new Interactive(Interactive.LinkKind, Link: new LinkButton("Book", "https://salon.example/")) } }));

    [Fact]
    public void A_menu_is_a_template_with_buttons()
        => Assert.Equal(
            """{"recipient":{"id":"7001"},"message":{"attachment":{"type":"template","payload":{"template_type":"button","text":"Hi","buttons":[{"type":"postback","title":"Yes","payload":"yes"},{"type":"phone_number","title":"Call","payload":"\u002B15550100100"}]}},"metadata":"m:7"}}""",
            Body(Plain with { Type = "interactive", Content = new MessageContent { Interactive = new Interactive(Interactive.MenuKind, Menu: [new OfferButton("Yes", "yes"), new OfferButton("Call", Phone: "+15550100100")]) } }));

    [Fact]
    public void Cards_are_a_generic_template()
        => Assert.Equal(
            """{"recipient":{"id":"7001"},"message":{"attachment":{"type":"template","payload":{"template_type":"generic","elements":[{"title":"Cut","subtitle":"Short","image_url":"https://salon.example/cut.jpg","default_action":{"type":"web_url","url":"https://salon.example/"},"buttons":[{"type":"web_url","url":"https://salon.example/","title":"See"}]},{"title":"Colour","subtitle":"Long"}]}},"metadata":"m:7"}}""",
            Body(Plain with
            {
                Type = "interactive",
                Text = null,
                Content = new MessageContent
                {
                    Interactive = new Interactive(Interactive.CardsKind, Cards:
                    [
                        new OfferCard("Cut", "Short", "https://salon.example/cut.jpg", "https://salon.example/", [new OfferButton("See", Url: "https://salon.example/")]),
                        new OfferCard("Colour", "Long"),
                    ]),
                },
            }));

    [Fact]
    public void Who_is_known_by_a_reference_is_answered_by_it()
        => Assert.Equal("""{"recipient":{"user_ref":"r-1"},"message":{"text":"Hi","metadata":"m:7"}}""", Body(Plain with { To = new ContactAddress("user_ref", "r-1") }));

    [Fact]
    public void A_person_who_answers_late_says_so()
        => Assert.Equal(
            """{"recipient":{"id":"7001"},"messaging_type":"MESSAGE_TAG","tag":"HUMAN_AGENT","message":{"text":"Hi","metadata":"m:7"}}""",
            Body(Plain with { Content = new MessageContent { HumanAgent = true } }, "RESPONSE"));

    [Theory]
    [InlineData("image", "image")]
    [InlineData("sticker", "image")]
    [InlineData("voice", "audio")]
    [InlineData("video", "video")]
    [InlineData("document", "file")]
    public void A_file_goes_by_the_id_of_its_upload_or_by_its_address(string kind, string type)
    {
        var message = Plain with { Type = kind, Text = null, File = new OutboundFile(1, kind, "image/png", "a.png", 10, "/nowhere") };

        Assert.Equal(
            $$$"""{"recipient":{"id":"7001"},"message":{"attachment":{"type":"{{{type}}}","payload":{"attachment_id":"88"}},"metadata":"m:7"}}""",
            Body(message, file: new MetaFile("88")));
        Assert.Equal(
            $$$"""{"recipient":{"id":"7001"},"message":{"attachment":{"type":"{{{type}}}","payload":{"url":"https://inbox.example/media/x"}},"metadata":"m:7"}}""",
            Body(message, file: new MetaFile(Address: "https://inbox.example/media/x")));
    }

    [Fact]
    public void A_sign_is_an_action_of_the_sender()
    {
        var ann = new ContactAddress("igsid", "7001");

        Assert.Equal("""{"recipient":{"id":"7001"},"sender_action":"mark_seen"}""", Body(new OutboundSign.Seen(ann, "m.q")));
        Assert.Equal("""{"recipient":{"id":"7001"},"sender_action":"typing_on"}""", Body(new OutboundSign.Typing(ann, "m.q")));
        Assert.Equal("""{"recipient":{"id":"7001"},"sender_action":"react","payload":{"message_id":"m.q","reaction":"love"}}""", Body(new OutboundSign.Reaction(ann, "m.q", "❤️")));
        Assert.Equal("""{"recipient":{"id":"7001"},"sender_action":"unreact","payload":{"message_id":"m.q"}}""", Body(new OutboundSign.Reaction(ann, "m.q", null)));

        static string Body(OutboundSign sign) => Encoding.UTF8.GetString(MetaRequest.Body(sign));
    }

    private static string Body(OutboundMessage message, string? messagingType = null, MetaFile? file = null) => Encoding.UTF8.GetString(MetaRequest.Body(message, messagingType, file));
}
