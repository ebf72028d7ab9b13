using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Channels;
using Inbox.Channels.Outbound;
using Inbox.Channels.WhatsApp;

namespace Inbox.Tests.Channels.WhatsApp;

/// <summary>What stands above a choice, forms, and previews of links.</summary>
public sealed class WhatsAppHeaderTests
{
    private static readonly OutboundMessage Plain = new(7, new ContactAddress("phone", "15550100142"), "Does it suit you?", null);

    [Theory]
    [InlineData("document", """{"type":"document","document":{"id":"880001","filename":"plan.pdf"}}""")]
    [InlineData("image", """{"type":"image","image":{"id":"880001"}}""")]
    [InlineData("video", """{"type":"video","video":{"id":"880001"}}""")]
    public void A_file_is_the_header_of_buttons(string kind, string header)
    {
        var part = Part(Choice(new Interactive(Interactive.ButtonsKind, Buttons: [new ReplyButton("yes", "Yes")])) with { File = new OutboundFile(1, kind, "application/pdf", "plan.pdf", 10, "/plan") }, "interactive");

        Assert.Equal(["type", "header", "body", "action"], part.Select(property => property.Key));
        Assert.Equal(header, part["header"]!.ToJsonString());
    }

    [Fact]
    public void A_form_is_named_by_its_id_and_opens_at_a_screen()
        => Assert.Equal(
            """{"type":"flow","body":{"text":"Does it suit you?"},"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"1","flow_token":"t","flow_cta":"Open","flow_action":"navigate","flow_action_payload":{"screen":"TABLE","data":{"day":"Friday"}}}}}""",
            Part(Choice(new Interactive(Interactive.FormKind, Form: new FormButton("Open", "1", null, "t", "navigate", "TABLE", JsonElement.Parse("""{"day":"Friday"}""")))), "interactive").ToJsonString());

    [Theory]
    [InlineData("Hi", false)]
    [InlineData("See https://example.com/prices.", true)]
    [InlineData("example.com is no address", false)]
    public void A_text_with_an_address_opens_a_preview(string text, bool opens)
        => Assert.Equal(opens, (bool)Part(Plain with { Text = text }, "text")["preview_url"]!);

    private static OutboundMessage Choice(Interactive interactive) => Plain with { Type = "interactive", Content = new MessageContent { Interactive = interactive } };

    private static JsonObject Part(OutboundMessage message, string name) => JsonNode.Parse(WhatsAppRequest.Body(message, "880001"))![name]!.AsObject();
}
