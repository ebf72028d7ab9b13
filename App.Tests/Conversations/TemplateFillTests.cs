using Inbox.Channels.Templates;
using Inbox.Conversations;

namespace Inbox.Tests.Conversations;

public sealed class TemplateFillTests
{
    [Theory]
    [InlineData("10042", true)]
    [InlineData("two\nlines", false)]
    [InlineData("a    gap", false)]
    [InlineData(" ", false)]
    [InlineData(null, false)]
    public void A_text_takes_the_one_place_of_the_body_that_nothing_else_fills(string? text, bool fits)
    {
        var fill = new TemplateFill(Template("utility", """[{"type": "BODY", "text": "Hello {{1}}, your order {{2}} is ready."}]"""), Row, text);

        Assert.Equal(fits, fill.TakesText);
        Assert.Equal(["Ann", fits ? text! : ""], fill.Shape.Fields.Select(fill.ValueOf));
    }

    [Fact]
    public void A_text_takes_no_place_where_there_are_two()
        => Assert.False(new TemplateFill(Template("utility", """[{"type": "BODY", "text": "Order {{1}} costs {{2}} now."}]"""), Row with { ContactName = null }, "10042").TakesText);

    [Fact]
    public void The_code_of_a_sign_in_is_typed_once_and_never_guessed()
    {
        var fill = new TemplateFill(Template("authentication", """[{"type": "BODY", "text": "{{1}} is your code.", "add_security_recommendation": false}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "text": "Copy"}]}]"""), Row);
        var field = Assert.Single(fill.FieldsOf(null));
        Assert.Equal("", fill.ValueOf(field));

        fill.Set(field, "4711");

        Assert.True(fill.IsComplete);
        Assert.Equal(
            """[{"type":"body","parameters":[{"type":"text","text":"4711"}]},{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"4711"}]}]""",
            fill.Writing("key").Content!.Template!.Components!.Value.GetRawText());
    }

    [Fact]
    public void A_header_that_is_a_place_is_named_and_cards_bring_their_own()
    {
        var fill = new TemplateFill(
            Template("marketing", """[{"type": "HEADER", "format": "LOCATION"}, {"type": "BODY", "text": "Come and see"}, {"type": "CAROUSEL", "cards": [{"components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "From {{1}}"}]}]}]"""), Row);
        fill.Set(Assert.Single(fill.FieldsOf(0)), "3 EUR");
        Assert.False(fill.IsComplete || fill.HasFiles);

        (fill.PlaceName, fill.PlaceAddress, fill.Latitude, fill.Longitude) = ("Shop", "Main street 1", "52.5", "13.4");
        fill.CardFiles[0] = new ChosenFile(7, "bread.png");

        Assert.True(fill.IsComplete && fill.HasFiles);
        var use = fill.Writing("key").Content!.Template!;
        Assert.Equal([7], use.CardMediaIds!);
        Assert.Equal(
            """[{"type":"header","parameters":[{"type":"location","location":{"latitude":"52.5","longitude":"13.4","name":"Shop","address":"Main street 1"}}]},{"type":"carousel","cards":[{"card_index":0,"components":[{"type":"body","parameters":[{"type":"text","text":"3 EUR"}]}]}]}]""",
            use.Components!.Value.GetRawText());
    }

    private static readonly ConversationRow Row = new(
        1, 1, "whatsapp", "Orders", 1, "Ann Lee", "15550100142", null, ConversationStatus.Open, null, null, default, default, null, default, "text", "", MessageDirection.Inbound, MessageStatus.Received, null, 0, null);

    private static MessageTemplate Template(string category, string components)
        => new() { TenantId = 1, AccountId = 1, ExternalId = "1", Name = "one", Language = "en_US", Category = category, Components = components, CreatedAt = default };
}
