using Inbox.Channels;
using Inbox.Channels.Templates;

namespace Inbox.Tests.Channels.Templates;

public sealed class ShownTemplateTests
{
    [Fact]
    public void Values_stand_in_the_texts_and_in_the_address_of_a_button()
    {
        var shown = Shown(
            """
            [
                {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}"},
                {"type": "BODY", "text": "Hello {{1}}, it is ready."},
                {"type": "FOOTER", "text": "Corner Shop"},
                {"type": "BUTTONS", "buttons": [
                    {"type": "URL", "text": "See it", "url": "https://example.com/orders/{{1}}"},
                    {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550100100"},
                    {"type": "QUICK_REPLY", "text": "Thank you"},
                    {"type": "COPY_CODE", "example": "SAVE"}
                ]}
            ]
            """,
            field => (field.Part, field.Button) switch { ("body", _) => "Ann", ("button", 3) => "SAVE10", _ => "10042" });

        Assert.Equal("Order 10042\nHello Ann, it is ready.\nCorner Shop", shown.Text);
        Assert.Equal(
            [new OfferButton("See it", Url: "https://example.com/orders/10042"), new OfferButton("Call", Phone: "+15550100100"), new OfferButton("Thank you"), new OfferButton("SAVE10")],
            shown.Offer!.Menu!);
    }

    [Fact]
    public void A_template_of_words_alone_offers_nothing() => Assert.Null(Shown("""[{"type": "BODY", "text": "Good morning"}]""", _ => "").Offer);

    private static ShownTemplate Shown(string components, Func<TemplateField, string> value)
    {
        var shape = TemplateShape.Read(components);
        return ShownTemplate.Of(shape, shape.Fields.ToDictionary(field => field, value));
    }
}
