using System.Text;
using System.Text.Json;
using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Channels.WhatsApp;
using Inbox.Tests.Channels.Outbound;

namespace Inbox.Tests.Channels.WhatsApp;

/// <summary>The bodies as the platform documents them.</summary>
public sealed class WhatsAppRequestTests
{
    private static readonly OutboundMessage Plain = new(7, new ContactAddress("phone", "491701110001"), null, null);

    [Fact]
    public void A_text_opens_no_preview()
        => Is(Plain with { Text = "Hi" }, """{"type":"text","text":{"preview_url":false,"body":"Hi"}}""");

    [Fact]
    public void Buttons_stand_below_a_header_a_text_and_a_footer()
        => Is(
            Choice("When?", new Interactive(Interactive.ButtonsKind, "Your visit", "Salon Mara", Buttons: [new ReplyButton("mon", "Monday"), new ReplyButton("tue", "Tuesday")])),
            """{"type":"interactive","interactive":{"type":"button","header":{"type":"text","text":"Your visit"},"body":{"text":"When?"},"footer":{"text":"Salon Mara"},"action":{"buttons":[{"type":"reply","reply":{"id":"mon","title":"Monday"}},{"type":"reply","reply":{"id":"tue","title":"Tuesday"}}]}}}""");

    [Fact]
    public void A_list_has_sections_of_rows()
        => Is(
            Choice("Which one?", new Interactive(
                Interactive.ListKind, ListButton: "Treatments", Sections: [new ListSection([new ListRow("cut", "Cut", "30 minutes")], "Hair"), new ListSection([new ListRow("gel", "Gel")], "Nails")])),
            """{"type":"interactive","interactive":{"type":"list","body":{"text":"Which one?"},"action":{"button":"Treatments","sections":[{"title":"Hair","rows":[{"id":"cut","title":"Cut","description":"30 minutes"}]},{"title":"Nails","rows":[{"id":"gel","title":"Gel"}]}]}}}""");

    [Fact]
    public void A_link_is_a_button_that_opens_a_page()
        => Is(
            Choice("Book here", new Interactive(Interactive.LinkKind, Link: new LinkButton("Book", "https://salon.example/book"))),
            """{"type":"interactive","interactive":{"type":"cta_url","body":{"text":"Book here"},"action":{"name":"cta_url","parameters":{"display_text":"Book","url":"https://salon.example/book"}}}}""");

    [Fact]
    public void A_question_for_a_place_has_a_text_alone()
        => Is(
            Choice("Where are you?", new Interactive(Interactive.LocationRequestKind)),
            """{"type":"interactive","interactive":{"type":"location_request_message","body":{"text":"Where are you?"},"action":{"name":"send_location"}}}""");

    [Fact]
    public void A_place_is_a_pair_of_numbers_with_its_name()
        => Is(
            Plain with { Type = "location", Content = new MessageContent { Location = new Place(52.52, 13.405, "Salon Mara", "Torstr. 1, Berlin") } },
            """{"type":"location","location":{"latitude":52.52,"longitude":13.405,"name":"Salon Mara","address":"Torstr. 1, Berlin"}}""");

    [Fact]
    public void A_card_has_what_is_known_of_the_person()
        => Is(
            Plain with { Type = "contacts", Content = new MessageContent { Contacts = [new ContactCard("Ann Lee", [new CardEntry("+4930123", "WORK")], [new CardEntry("ann@example.com")], Organization: "Salon Mara")] } },
            """{"type":"contacts","contacts":[{"name":{"formatted_name":"Ann Lee","first_name":"Ann Lee"},"phones":[{"phone":"\u002B4930123","type":"WORK"}],"emails":[{"email":"ann@example.com"}],"org":{"company":"Salon Mara"}}]}""");

    [Fact]
    public void A_template_keeps_the_components_that_its_sender_gave()
        => Is(
            Plain with
            {
                Type = "template",
                Content = new MessageContent { Template = new TemplateUse("visit", "en_US", JsonElement.Parse("""[{"type":"body","parameters":[{"type":"text","text":"Ann"}]}]""")) },
            },
            """{"type":"template","template":{"name":"visit","language":{"code":"en_US"},"components":[{"type":"body","parameters":[{"type":"text","text":"Ann"}]}]}}""");

    [Theory]
    [InlineData("image", "Look", """{"type":"image","image":{"id":"880001","caption":"Look"}}""")]
    [InlineData("document", null, """{"type":"document","document":{"id":"880001","filename":"price list.pdf"}}""")]
    [InlineData("voice", null, """{"type":"audio","audio":{"id":"880001","voice":true}}""")]
    [InlineData("sticker", null, """{"type":"sticker","sticker":{"id":"880001"}}""")]
    public void A_file_goes_by_the_platforms_id(string kind, string? caption, string part)
        => Is(Plain with { Type = kind, Text = caption, File = new OutboundFile(1, kind, "application/pdf", "price list.pdf", 10, "/nowhere") }, part, "880001");

    [Fact]
    public void An_answer_names_the_message_that_it_answers()
        => Assert.Equal(
            """{"messaging_product":"whatsapp","recipient_type":"individual","recipient":"DE.1","type":"text","text":{"preview_url":false,"body":"Hi"},"context":{"message_id":"wamid.q"},"biz_opaque_callback_data":"m:7"}""",
            Encoding.UTF8.GetString(WhatsAppRequest.Body(new OutboundMessage(7, new ContactAddress("user_id", "DE.1"), "Hi", "wamid.q"))));

    [Fact]
    public void A_sign_names_the_customers_message()
    {
        var ann = new ContactAddress("phone", "491701110001");

        Assert.Equal("""{"messaging_product":"whatsapp","status":"read","message_id":"wamid.q"}""", Body(new OutboundSign.Seen(ann, "wamid.q")));
        Assert.Equal("""{"messaging_product":"whatsapp","status":"read","message_id":"wamid.q","typing_indicator":{"type":"text"}}""", Body(new OutboundSign.Typing(ann, "wamid.q")));
        Assert.Equal(
            """{"messaging_product":"whatsapp","recipient_type":"individual","to":"491701110001","type":"reaction","reaction":{"message_id":"wamid.q","emoji":""}}""",
            Body(new OutboundSign.Reaction(ann, "wamid.q", null)));

        static string Body(OutboundSign sign) => Encoding.UTF8.GetString(WhatsAppRequest.Body(sign));
    }

    [Fact]
    public void Each_card_of_a_carousel_gets_its_file_before_what_else_it_brings()
    {
        static OutboundFile Card(string kind) => new(1, kind, "image/png", "card.png", 10, "/card.png");
        var cards = JsonElement.Parse("""[{"type":"carousel","cards":[{"card_index":0,"components":[{"type":"body","parameters":[{"type":"text","text":"3 €"}]}]}]}]""");

        Is(
            Plain with { Type = "template", Text = null, Content = new MessageContent { Template = new TemplateUse("new", "en_US", cards, [1, 2]) }, CardFiles = [Card("image"), Card("video")] },
            """{"type":"template","template":{"name":"new","language":{"code":"en_US"},"components":[{"type":"carousel","cards":[{"card_index":0,"components":[{"type":"header","parameters":[{"type":"image","image":{"id":"m1"}}]},{"type":"body","parameters":[{"type":"text","text":"3 \u20AC"}]}]},{"card_index":1,"components":[{"type":"header","parameters":[{"type":"video","video":{"id":"m2"}}]}]}]}]}}""",
            "m1", "m2");
    }

    private static OutboundMessage Choice(string text, Interactive interactive)
        => Plain with { Type = "interactive", Text = text, Content = new MessageContent { Interactive = interactive } };

    private static void Is(OutboundMessage message, string part, params string[] mediaIds)
    {
        var body = WhatsAppRequest.Body(message, mediaIds);
        Assert.Equal(
            $$"""{"messaging_product":"whatsapp","recipient_type":"individual","to":"491701110001",{{part[1..^1]}},"biz_opaque_callback_data":"m:7"}""",
            Encoding.UTF8.GetString(body));
        Assert.Empty(GraphRequest.WrongWithin(JsonElement.Parse(body)));
    }
}
