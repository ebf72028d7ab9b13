using System.Text;
using Inbox.Channels;
using Inbox.Channels.Meta;
using Inbox.Tests.Channels.WhatsApp;

namespace Inbox.Tests.Channels.Meta;

public sealed class MetaMessagingTests
{
    private const string Mara = "psid:7001";

    private static readonly MetaMessaging Messenger = new("page", "Messenger", "psid");
    private static readonly MetaMessaging Instagram = new("instagram", "Instagram", "igsid");

    [Theory]
    [InlineData("""{"message":{"mid":"m1","text":"Hello"}}""", $"message m1 {Mara} text 'Hello'")]
    [InlineData("""{"message":{"mid":"m1","text":"This","reply_to":{"mid":"m0"}}}""", $"message m1 {Mara} text 'This' re m0")]
    [InlineData("""{"message":{"mid":"m1","text":"Nice","reply_to":{"story":{"id":"s1","url":"https://cdn.example.com/s"}}}}""", $"message m1 {Mara} text 'Nice' +story [image https://cdn.example.com/s]")]
    [InlineData("""{"message":{"mid":"m1","text":"Yes","quick_reply":{"payload":"YES"}}}""", $"message m1 {Mara} interactive 'Yes' +choice")]
    [InlineData("""{"message":{"mid":"m1","attachments":[{"type":"image","payload":{"url":"https://cdn.example.com/1"}},{"type":"image","payload":{"url":"https://cdn.example.com/2"}}]}}""", $"message m1 {Mara} image [image https://cdn.example.com/1] [image https://cdn.example.com/2]")]
    [InlineData("""{"message":{"mid":"m1","attachments":[{"type":"file","payload":{"url":"https://cdn.example.com/f"}}]}}""", $"message m1 {Mara} document [document https://cdn.example.com/f]")]
    [InlineData("""{"message":{"mid":"m1","sticker_id":9,"attachments":[{"type":"image","payload":{"url":"https://cdn.example.com/s","sticker_id":9}}]}}""", $"message m1 {Mara} sticker [sticker https://cdn.example.com/s]")]
    [InlineData("""{"message":{"mid":"m1","attachments":{"type":"video","payload":{"url":"https://cdn.example.com/v"}}}}""", $"message m1 {Mara} video [video https://cdn.example.com/v]")]
    [InlineData("""{"message":{"mid":"m1","attachments":[{"type":"location","title":"Here","payload":{"coordinates":{"lat":1.5,"long":-2}}}]}}""", $"message m1 {Mara} location +location")]
    [InlineData("""{"message":{"mid":"m1","attachments":[{"type":"fallback","title":"A page","url":"https://example.com/"}]}}""", $"message m1 {Mara} share +link")]
    [InlineData("""{"message":{"mid":"m1","attachments":[{"type":"ig_reel","payload":{"title":"A reel","url":"https://cdn.example.com/r"}}]}}""", $"message m1 {Mara} share +link")]
    [InlineData("""{"message":{"mid":"m1","attachments":[{"type":"story_mention","payload":{"url":"https://cdn.example.com/m"}}]}}""", $"message m1 {Mara} story +story [image https://cdn.example.com/m]")]
    [InlineData("""{"message":{"mid":"m1","attachments":[{"type":"like_heart"}]}}""", $"message m1 {Mara} text '❤️'")]
    [InlineData("""{"message":{"mid":"m1","attachments":[{"type":"hologram","payload":{}}]}}""", $"message m1 {Mara} unsupported +platform")]
    [InlineData("""{"message":{"mid":"m1","is_unsupported":true}}""", $"message m1 {Mara} unsupported +platform")]
    [InlineData("""{"message":{"mid":"m1","text":"Hi","referral":{"source":"ADS","ad_id":"12","ads_context_data":{"ad_title":"Boats"}}}}""", $"message m1 {Mara} text 'Hi' +referral")]
    [InlineData("""{"message":{"mid":"m1","is_deleted":true}}""", "deletion of m1")]
    [InlineData("""{"message_edit":{"mid":"m1","text":"Hello there","num_edit":"3"}}""", "change of m1 'Hello there'")]
    [InlineData("""{"postback":{"mid":"m2","title":"Opening hours","payload":"HOURS"}}""", $"message m2 {Mara} button 'Opening hours' +choice")]
    [InlineData("""{"reaction":{"mid":"m1","action":"react","reaction":"love","emoji":"❤"}}""", "reaction to m1 ❤")]
    [InlineData("""{"reaction":{"mid":"m1","action":"react","reaction":"other"}}""", "reaction to m1 ❤")]
    [InlineData("""{"reaction":{"mid":"m1","action":"react","reaction":"sad"}}""", "reaction to m1 😢")]
    [InlineData("""{"reaction":{"mid":"m1","action":"unreact"}}""", "reaction to m1 taken back")]
    [InlineData("""{"delivery":{"mids":["m8","m9"],"watermark":1768471100000}}""", $"status m8 delivered; status m9 delivered; delivered up to 09:58:20 by {Mara}")]
    [InlineData("""{"read":{"watermark":1768471100}}""", $"read up to 09:58:20 by {Mara}")]
    [InlineData("""{"read":{"mid":"m9"}}""", "status m9 read")]
    [InlineData("""{"pass_thread_control":{"new_owner_app_id":"5"}}""", "notice pass_thread_control of 100")]
    [InlineData("""{"optin":{"ref":"x"}}""", "notice optin of 100")]
    [InlineData("""{"wormhole":{}}""", "notice wormhole of 100")]
    public void An_item_of_messaging_is_read(string happened, string words) => Assert.Equal(words, Words(Messenger.Parse(Body("page", "messaging", happened), Payloads.ReceivedAt)));

    [Fact]
    public void An_echo_is_for_its_recipient()
        => Assert.Equal(
            "echo m1 psid:7001 text 'From another program'",
            Words(Messenger.Parse(
                """{"object":"page","entry":[{"id":"100","messaging":[{"sender":{"id":"100"},"recipient":{"id":"7001"},"timestamp":1768471200000,"message":{"mid":"m1","is_echo":true,"text":"From another program"}}]}]}"""u8.ToArray(),
                Payloads.ReceivedAt)));

    [Fact]
    public void The_echo_of_our_own_send_is_its_proof_and_no_message()
        => Assert.Equal(
            "status m1 sent #4711",
            Words(Messenger.Parse(
                """{"object":"page","entry":[{"id":"100","messaging":[{"sender":{"id":"100"},"recipient":{"id":"7001"},"timestamp":1768471200000,"message":{"mid":"m1","is_echo":true,"text":"Ours","metadata":"m:4711"}}]}]}"""u8.ToArray(),
                Payloads.ReceivedAt)));

    [Theory]
    [InlineData("""{"template_type":"button","text":"Book?","buttons":[{"type":"postback","title":"Yes","payload":"yes"}]}""", "echo m1 psid:7001 interactive 'Book?' +interactive")]
    [InlineData("""{"template_type":"generic","elements":[{"title":"Cut","buttons":[{"type":"web_url","title":"See","url":"https://salon.example/"}]}]}""", "echo m1 psid:7001 interactive +interactive")]
    [InlineData("""{"template_type":"receipt","recipient_name":"Mara"}""", "echo m1 psid:7001 share +link")]
    public void A_template_of_another_program_shows_what_it_offers(string payload, string words)
        => Assert.Equal(words, Words(Messenger.Parse(
            Encoding.UTF8.GetBytes($$$"""{"object":"page","entry":[{"id":"100","messaging":[{"sender":{"id":"100"},"recipient":{"id":"7001"},"timestamp":1768471200000,"message":{"mid":"m1","is_echo":true,"attachments":[{"type":"template","payload":{{{payload}}}}]}}]}]}"""),
            Payloads.ReceivedAt)));

    [Fact]
    public void Who_writes_to_their_own_account_is_no_customer()
        => Assert.Equal("notice self of 100", Words(Instagram.Parse(
            """{"object":"instagram","entry":[{"id":"100","messaging":[{"sender":{"id":"100"},"recipient":{"id":"100"},"timestamp":1768471200000,"message":{"mid":"m1","is_echo":true,"is_self":true,"text":"Note"}}]}]}"""u8.ToArray(),
            Payloads.ReceivedAt)));

    [Fact]
    public void Who_came_by_a_plugin_is_known_by_a_reference()
        => Assert.Equal("message m1 user_ref:r-1 text 'Hi'", Words(Messenger.Parse(
            """{"object":"page","entry":[{"id":"100","messaging":[{"sender":{"user_ref":"r-1"},"recipient":{"id":"100"},"timestamp":1768471200000,"message":{"mid":"m1","text":"Hi"}}]}]}"""u8.ToArray(),
            Payloads.ReceivedAt)));

    [Fact]
    public void What_another_program_answers_wakes_nothing_here()
    {
        var message = Assert.IsType<InboundMessage>(Assert.Single(Messenger.Parse(Body("page", "standby", """{"message":{"mid":"m1","text":"Hello"}}"""), Payloads.ReceivedAt)));

        Assert.True(message.IsStandby);
        Assert.True(message.Content!.Standby);
    }

    [Fact]
    public void A_referral_without_a_message_is_shown_and_the_same_each_time()
    {
        var body = Body("page", "messaging", """{"referral":{"ref":"summer","source":"SHORTLINK","type":"OPEN_THREAD"}}""");

        var (one, other) = (Messenger.Parse(body, Payloads.ReceivedAt), Messenger.Parse(body, Payloads.ReceivedAt.AddHours(1)));

        var message = Assert.IsType<InboundMessage>(Assert.Single(one));
        Assert.Equal("summer", message.Content!.Referral!.Ref);
        Assert.Equal(message.ExternalId, Assert.IsType<InboundMessage>(Assert.Single(other)).ExternalId);
    }

    [Fact]
    public void Instagram_knows_three_envelopes()
    {
        const string Item = """{"sender":{"id":"7001"},"recipient":{"id":"100"},"timestamp":"1768471200","message":{"mid":"m1","text":"Hi"}}""";
        foreach (var entry in new[]
        {
            $$"""{"id":"100","messaging":[{{Item}}]}""",
            $$"""{"id":"100","changes":[{"field":"messages","value":{{Item}}}]}""",
            $$"""{"id":"100","field":"messages","value":{{Item}}}""",
        })
        {
            var items = Instagram.Parse(Encoding.UTF8.GetBytes($$"""{"object":"instagram","entry":[{{entry}}]}"""), Payloads.ReceivedAt);

            Assert.Equal("message m1 igsid:7001 text 'Hi'", Words(items));
            Assert.Equal(new DateTime(2026, 1, 15, 10, 0, 0, DateTimeKind.Utc), Assert.IsType<InboundMessage>(items[0]).At);
        }
    }

    [Fact]
    public void A_comment_is_kept_as_an_event()
        => Assert.Equal("notice comments of 100", Words(Instagram.Parse(
            """{"object":"instagram","entry":[{"id":"100","time":1768471200,"changes":[{"field":"comments","value":{"id":"c1","text":"Great","from":{"id":"7001","username":"mara"}}}]}]}"""u8.ToArray(), Payloads.ReceivedAt)));

    [Fact]
    public void A_body_of_another_platform_is_unreadable()
        => Assert.Throws<UnreadableDeliveryException>(() => Messenger.Parse("""{"object":"instagram","entry":[]}"""u8.ToArray(), Payloads.ReceivedAt));

    [Fact]
    public void Any_change_of_a_body_gives_items_or_is_unreadable_and_the_same_bytes_the_same_items()
    {
        var random = new Random(20260117);
        var bodies = typeof(MetaMessagingTests).GetMethod(nameof(An_item_of_messaging_is_read))!.GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Cast<InlineDataAttribute>().Select(data => Body("page", "messaging", (string)data.Data[0]!)).ToArray();
        for (var round = 0; round < 10_000; round++)
        {
            var body = bodies[random.Next(bodies.Length)].ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                body[random.Next(body.Length)] = (byte)"{}[]\",:0123456789ntx\\ "[random.Next(22)];
            }

            Assert.Equal(Attempt(body), Attempt(body));
        }
    }

    private static string Attempt(byte[] body)
    {
        try
        {
            return Words(Messenger.Parse(body, Payloads.ReceivedAt));
        }
        catch (UnreadableDeliveryException error)
        {
            return error.Message;
        }
    }

    private static byte[] Body(string platform, string list, string happened)
        => Encoding.UTF8.GetBytes($$"""{"object":"{{platform}}","entry":[{"id":"100","time":1768471200000,"{{list}}":[{"sender":{"id":7001},"recipient":{"id":100},"timestamp":1768471200000,{{happened[1..]}}]}]}""");

    private static string Words(IEnumerable<InboundItem> items) => Payloads.InWords(items);
}
