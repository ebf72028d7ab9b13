using Inbox.Channels;
using Inbox.Channels.WhatsApp;

namespace Inbox.Tests.Channels.WhatsApp;

public sealed class VCardTests
{
    [Fact]
    public void A_card_that_is_a_text_alone_says_who_it_is_and_where()
    {
        var card = VCard.Read("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lind;Mara;;Dr.;\r\nFN:Dr. Mara\r\n  Lind\r\nORG:Blue\\; Green;Sales\r\nTITLE:Baker\r\n"
            + "item1.TEL;type=CELL;type=pref;waid=491701110001:+49 170 1110001\r\nTEL;TYPE=\"work,voice\":+49 30 1234\r\nEMAIL:mara@shop.example\r\nURL:https://shop.example/mara\r\nEND:VCARD")!;

        Assert.Equal(("Dr. Mara Lind", "Blue; Green, Sales", "Baker"), (card.Name, card.Organization, card.Title));
        Assert.Equal([new CardEntry("+49 170 1110001", "CELL"), new CardEntry("+49 30 1234", "WORK")], card.Phones!);
        Assert.Equal([new CardEntry("mara@shop.example")], card.Emails!);
        Assert.Equal(["https://shop.example/mara"], card.Urls!);
    }

    [Theory]
    [InlineData("BEGIN:VCARD\nN:Lind;Mara;Lou;Dr.;MD\nEND:VCARD", "Dr. Mara Lou Lind MD")]
    [InlineData("BEGIN:VCARD\nN:Lind\nEND:VCARD", "Lind")]
    [InlineData("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD", null)]
    [InlineData("::::", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void The_parts_of_a_name_make_one_where_it_is_not_written_out(string? text, string? name) => Assert.Equal(name, VCard.Read(text)?.Name);

    [Fact]
    public void A_message_with_such_a_card_shows_it()
    {
        var body = WhatsAppJson.Bytes(WhatsAppJson.Request(WhatsAppJson.Messages("410000000000001", new System.Text.Json.Nodes.JsonObject
        {
            ["from"] = "491701110001",
            ["id"] = "wamid.vcard",
            ["timestamp"] = "1768471200",
            ["type"] = "contacts",
            ["contacts"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["vcard"] = "BEGIN:VCARD\nFN:Mara Lind\nTEL:+491701110001\nEND:VCARD" }),
        })));

        var card = Assert.Single(Assert.IsType<InboundMessage>(Assert.Single(Payloads.Parse(body))).Content!.Contacts!);

        Assert.Equal(("Mara Lind", "+491701110001"), (card.Name, card.Phones![0].Value));
    }
}
