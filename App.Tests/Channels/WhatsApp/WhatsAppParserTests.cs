using System.Text;
using System.Text.Json;
using Inbox.Channels;

namespace Inbox.Tests.Channels.WhatsApp;

public sealed class WhatsAppParserTests
{
    private const string Mara = "phone:491701110001 (Mara Lind)";

    [Theory]
    [InlineData("text", $"message wamid.own-text {Mara} text 'Is the blue one still there?'")]
    [InlineData("text_reply", $"message wamid.own-text_reply {Mara} text 'Yes, this one' re wamid.own-earlier")]
    [InlineData("text_forwarded", $"message wamid.own-text_forwarded {Mara} text 'Look at this' +forwarded")]
    [InlineData("text_from_ad", $"message wamid.own-text_from_ad {Mara} text 'I saw your ad' +referral")]
    [InlineData("text_with_user_id", "message wamid.own-text_with_user_id phone:491701110001+user_id:DE.5550001 (Mara Lind) text 'Hello'")]
    [InlineData("text_user_id_only", "message wamid.own-text_user_id_only user_id:DE.5550002 (@mara) text 'No number here'")]
    [InlineData("text_user_id_in_from", "message wamid.own-text_user_id_in_from user_id:DE.5550003 (Mara Lind) text 'Id in from'")]
    [InlineData("text_numbers_as_ids", $"message wamid.own-text_numbers_as_ids {Mara} text 'Numbers'")]
    [InlineData("text_without_contacts", "message wamid.own-text_without_contacts phone:491701110001 text 'Nobody listed'")]
    [InlineData("text_empty_time", $"message wamid.own-text_empty_time {Mara} text 'When?'")]
    [InlineData("text_without_body", $"message wamid.own-text_without_body {Mara} unsupported +platform")]
    [InlineData("image", $"message wamid.own-image {Mara} image 'The broken part' [image 880001]")]
    [InlineData("video", $"message wamid.own-video {Mara} video [video 880002]")]
    [InlineData("audio_voice", $"message wamid.own-audio_voice {Mara} audio [voice 880003]")]
    [InlineData("document", $"message wamid.own-document {Mara} document [document 880004 ../../invoice.pdf]")]
    [InlineData("sticker", $"message wamid.own-sticker {Mara} sticker [sticker 880005]")]
    [InlineData("location", $"message wamid.own-location {Mara} location +location")]
    [InlineData("contact_card", $"message wamid.own-contact_card {Mara} contacts +contacts")]
    [InlineData("reaction", "reaction to wamid.own-earlier 👍")]
    [InlineData("reaction_removed", "reaction to wamid.own-earlier taken back")]
    [InlineData("button_reply", $"message wamid.own-button_reply {Mara} interactive 'Yes' +choice re wamid.own-question")]
    [InlineData("list_reply", $"message wamid.own-list_reply {Mara} interactive 'Second' +choice")]
    [InlineData("form_reply", $"message wamid.own-form_reply {Mara} interactive 'Sent' +form")]
    [InlineData("template_button", $"message wamid.own-template_button {Mara} button 'Tell me more' +choice")]
    [InlineData("order", $"message wamid.own-order {Mara} order +order")]
    [InlineData("unsupported", $"message wamid.own-unsupported {Mara} unsupported +platform")]
    [InlineData("edit", "change of wamid.own-text 'Is the red one still there?'")]
    [InlineData("revoke", "deletion of wamid.own-text")]
    [InlineData("system_new_number", "message wamid.own-system_new_number phone:491701110009 system 'changed' +system")]
    [InlineData("system_new_user_id", "message wamid.own-system_new_user_id user_id:DE.5550004 system 'changed' +system")]
    [InlineData("type_of_tomorrow", $"message wamid.own-type_of_tomorrow {Mara} unsupported +platform")]
    [InlineData("contacts_in_other_order", "message wamid.own-first phone:491701110001 (First) text '1'; message wamid.own-second phone:491701110002 (Second) text '2'")]
    [InlineData("one_bad_item_of_three", $"message wamid.own-good1 {Mara} text '1'; notice messages of 410000000000001; notice messages of 410000000000001; message wamid.own-good2 {Mara} text '2'")]
    [InlineData("two_accounts", $"message wamid.own-a {Mara} text 'a'; message wamid.own-b {Mara} text 'b'")]
    [InlineData("message_and_status", $"message wamid.own-c {Mara} text 'c'; status wamid.own-out read")]
    [InlineData("status_sent", "status wamid.own-out sent #4711 +json")]
    [InlineData("status_delivered", "status wamid.own-out delivered")]
    [InlineData("status_read", "status wamid.own-out read")]
    [InlineData("status_played", "status wamid.own-out played")]
    [InlineData("status_of_tomorrow", "status wamid.own-out teleported")]
    [InlineData("status_failed", "status wamid.own-out failed error 131047 +json")]
    [InlineData("status_failed_unlisted", "status wamid.own-out failed error 999999 +json")]
    [InlineData("status_without_id", "notice messages of 410000000000001")]
    [InlineData("account_error", "notice errors of 410000000000001")]
    [InlineData("echo", "echo wamid.own-echo phone:491701110001 text 'Written on the phone'")]
    [InlineData("echo_wrong_way_round", "deletion of x")]
    [InlineData("template_status", "notice message_template_status_update of 420000000000001")]
    [InlineData("account_update", "notice account_update of 420000000000001")]
    [InlineData("preference", "notice user_preferences of 410000000000001; notice user_preferences of 410000000000001")]
    [InlineData("user_id_update", "notice user_id_update of 410000000000001")]
    [InlineData("field_of_tomorrow", "notice wormholes of 420000000000001")]
    [InlineData("text_forwarded_often", $"message wamid.own-text_forwarded_often {Mara} text 'Everybody reads this' +forwarded+frequently_forwarded")]
    [InlineData("text_about_product", $"message wamid.own-text_about_product {Mara} text 'Is it in stock?' +product")]
    [InlineData("text_and_all_its_statuses", $"message wamid.own-text_and_all {Mara} text 'Thanks' re wamid.own-out; status wamid.own-out sent; status wamid.own-out read")]
    [InlineData("voice_of_old", $"message wamid.own-voice_of_old {Mara} audio [voice 880006]")]
    [InlineData("image_reply", $"message wamid.own-image_reply {Mara} image 'This one' [image 880007] re wamid.own-question")]
    [InlineData("edit_caption", "change of wamid.own-image 'The other part'")]
    [InlineData("reaction_removed_by_empty", "reaction to wamid.own-earlier taken back")]
    [InlineData("form_reply_without_token", $"message wamid.own-form_reply_without_token {Mara} interactive 'Sent' +form re wamid.own-question")]
    [InlineData("unknown_of_old", $"message wamid.own-unknown {Mara} unsupported +platform")]
    [InlineData("system_identity", $"message wamid.own-system_identity {Mara} system 'The security code changed' +system")]
    [InlineData("system_new_number_of_old", "message wamid.own-system_new_number_of_old phone:491701110001 system 'changed' +system")]
    [InlineData("echo_edit", "change of wamid.own-echo 'Written better'")]
    [InlineData("echo_image", "echo wamid.own-echo_image phone:491701110001+user_id:DE.5550001 (Mara Lind) image 'From the shop' [image 880008]")]
    [InlineData("statuses_in_other_order", "status wamid.own-out read; status wamid.own-out sent; status wamid.own-out delivered")]
    [InlineData("status_user_id_only", "status wamid.own-out delivered +json")]
    [InlineData("status_failed_then_delivered", "status wamid.own-out failed error 131026 +json; status wamid.own-out delivered")]
    [InlineData("preference_resume", "notice user_preferences of 410000000000001")]
    [InlineData("template_quality", "notice message_template_quality_update of 420000000000001")]
    [InlineData("template_category", "notice template_category_update of 420000000000001")]
    [InlineData("number_quality", "notice phone_number_quality_update of 420000000000001")]
    [InlineData("account_restriction", "notice account_update of 420000000000001")]
    [InlineData("call", "notice calls of 410000000000001")]
    [InlineData("no_changes", "notice entry of 420000000000001; notice entry of ")]
    [InlineData("nothing", "")]
    public void A_body_holds_these_items(string payload, string items) => Assert.Equal(items, Payloads.InWords(Payloads.Parse(Payloads.Read(payload))));

    [Fact]
    public void Every_payload_is_in_the_list()
        => Assert.Equal(
            Payloads.All,
            typeof(WhatsAppParserTests).GetMethod(nameof(A_body_holds_these_items))!.GetCustomAttributesData()
                .Where(attribute => attribute.AttributeType == typeof(InlineDataAttribute))
                .Select(attribute => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)[0].Value!)
                .Order(StringComparer.Ordinal));

    [Fact]
    public void The_platforms_own_words_stay_with_an_unsupported_message()
    {
        var message = Assert.IsType<InboundMessage>(Assert.Single(Payloads.Parse(Payloads.Read("unsupported"))));
        Assert.Equal("poll", message.Content!.Platform!.Value.GetProperty("unsupported").GetProperty("type").GetString());
        Assert.False(message.Content.Platform.Value.TryGetProperty("from", out _));
    }

    [Fact]
    public void The_parts_of_a_message_are_read()
    {
        MessageContent Of(string payload) => Assert.IsType<InboundMessage>(Assert.Single(Payloads.Parse(Payloads.Read(payload)))).Content!;

        Assert.Equal(new Place(52.52, 13.4, "Harbour"), Of("location").Location);
        Assert.Equal(new Choice("list", "r2", "Second", "The second row"), Of("list_reply").Choice);
        Assert.Equal(new Choice("template_button", "P1", "Tell me more"), Of("template_button").Choice);
        Assert.Equal(new Referral("ad", "7", "https://ads.example.com/7", "Boats", ClickId: "x1"), Of("text_from_ad").Referral);
        Assert.Equal("[1,2]", Of("form_reply").Form!.Values!.Value.GetRawText());
        Assert.Equal(new OrderLine("boat", 1, 9.5m, "EUR"), Assert.Single(Of("order").Order!.Items));
        Assert.Equal(new SystemNews("user_changed_number", "491701110009"), Of("system_new_number").System);
        var card = Assert.Single(Of("contact_card").Contacts!);
        Assert.Equal(("Noa Berg", "491701110077", "CELL"), (card.Name, card.Phones![0].Value, card.Phones[0].Kind));
    }

    [Theory]
    [InlineData("location")]
    [InlineData("contact_card")]
    [InlineData("order")]
    [InlineData("unsupported")]
    [InlineData("text_from_ad")]
    public void Parts_are_the_same_after_they_were_stored(string payload)
    {
        var content = Assert.IsType<InboundMessage>(Assert.Single(Payloads.Parse(Payloads.Read(payload)))).Content!;

        Assert.Equal(content.ToJson(), MessageContent.Read(content.ToJson())!.ToJson());
    }

    [Theory]
    [InlineData("\"1768471200\"", "2026-01-15T10:00:00")]
    [InlineData("1768471200", "2026-01-15T10:00:00")]
    [InlineData("\"1768471200000\"", "2026-01-15T10:00:00")]
    [InlineData("\"soon\"", "2026-01-15T10:30:00")]
    [InlineData("\"-5\"", "2026-01-15T10:30:00")]
    [InlineData("\"0\"", "2026-01-15T10:30:00")]
    [InlineData("1e99", "2026-01-15T10:30:00")]
    [InlineData("99999999999", "2026-01-15T10:30:00")]
    [InlineData("null", "2026-01-15T10:30:00")]
    public void A_time_that_cannot_be_right_is_the_time_of_receipt(string timestamp, string at)
    {
        var items = Payloads.Parse(Encoding.UTF8.GetBytes(Text("{}").Replace("\"1768471200\"", timestamp, StringComparison.Ordinal)));
        Assert.Equal(DateTime.Parse(at, System.Globalization.CultureInfo.InvariantCulture), Assert.IsType<InboundMessage>(Assert.Single(items)).At);
    }

    [Theory]
    [InlineData(@"a\u0000b", "ab")]
    [InlineData(@"\ud83d\ude00", "😀")]
    [InlineData(@"x\ud83dy", "x\uFFFDy")]
    [InlineData(@"x\ude00y", "x\uFFFDy")]
    [InlineData(@"\ud83d\ud83d\ude00", "\uFFFD😀")]
    [InlineData(@"\ud83d", "\uFFFD")]
    [InlineData(@"\\ud83d", @"\ud83d")]
    [InlineData(@"\u00e4\/\u003C\u0025\u0040", "ä/<%@")]
    [InlineData("مرحبا 👋", "مرحبا 👋")]
    public void Text_is_what_people_typed(string json, string text)
        => Assert.Equal(text, Assert.IsType<InboundMessage>(Assert.Single(Payloads.Parse(Encoding.UTF8.GetBytes(Text($"{{\"body\":\"{json}\"}}"))))).Text);

    [Fact]
    public void Invalid_utf8_becomes_the_replacement_character()
    {
        var body = Encoding.UTF8.GetBytes(Text("{\"body\":\"a?b\"}"));
        body[body.AsSpan().IndexOf("a?b"u8) + 1] = 0xFF;
        Assert.Equal("a\uFFFDb", Assert.IsType<InboundMessage>(Assert.Single(Payloads.Parse(body))).Text);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_body()
        => Assert.Single(Payloads.Parse([0xEF, 0xBB, 0xBF, .. Payloads.Read("text")]));

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"object\":\"whatsapp_business_account\"}")]
    [InlineData("{\"object\":\"whatsapp_business_account\",\"entry\":{}}")]
    [InlineData("{\"object\":\"page\",\"entry\":[]}")]
    [InlineData("{\"entry\":[],\"entry\":[]}")]
    [InlineData("{\"entry\":[{\"id\":\"1\",\"\\u0069d\":\"2\"}]}")]
    [InlineData("{\"entry\":[]} and more")]
    public void What_is_no_delivery_of_the_platform_says_why(string body)
        => Assert.NotEmpty(Assert.Throws<UnreadableDeliveryException>(() => Payloads.Parse(Encoding.UTF8.GetBytes(body))).Message);

    [Fact]
    public void A_body_nested_without_end_is_unreadable()
        => Assert.Throws<UnreadableDeliveryException>(() => Payloads.Parse(Encoding.UTF8.GetBytes("{\"entry\":" + new string('[', 100_000))));

    [Fact]
    public void Notices_have_keys_of_their_own_and_the_same_ones_each_time()
    {
        var notices = Payloads.All.SelectMany(name => Payloads.Parse(Payloads.Read(name))).OfType<InboundNotice>().ToList();
        Assert.Equal(notices.Count, notices.Select(notice => (notice.Account, notice.Key)).Distinct().Count());
        Assert.Equal(notices, Payloads.All.SelectMany(name => Payloads.Parse(Payloads.Read(name))).OfType<InboundNotice>());
        Assert.All(notices, notice => Assert.InRange(notice.Key.Length, 1, 150));
    }

    [Fact]
    public void A_failed_status_says_in_plain_words_why()
    {
        var known = Assert.IsType<InboundStatus>(Assert.Single(Payloads.Parse(Payloads.Read("status_failed"))));
        Assert.Equal("The customer's last message is more than 24 hours old. Only an approved template can be sent now.", known.ErrorDetail);
        var unlisted = Assert.IsType<InboundStatus>(Assert.Single(Payloads.Parse(Payloads.Read("status_failed_unlisted"))));
        Assert.Equal("WhatsApp reports: Nobody knows.", unlisted.ErrorDetail);
    }

    private static string Text(string text) => """
        {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{
        "metadata":{"phone_number_id":"2"},"messages":[{"from":"491701110001","id":"wamid.x","timestamp":"1768471200","type":"text","text":TEXT}]}}]}]}
        """.Replace("TEXT", text, StringComparison.Ordinal);
}
