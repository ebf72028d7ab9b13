using Inbox.Channels.Templates;

namespace Inbox.Tests.Channels.Templates;

public sealed class TemplateShapeTests
{
    [Fact]
    public void What_a_message_must_bring_is_read_from_header_body_and_buttons_with_its_samples()
    {
        var shape = TemplateShape.Read("""
            [{"type": "HEADER", "format": "TEXT", "text": "For {{1}}", "example": {"header_text": ["Ann"]}},
             {"type": "BODY", "text": "Order {{1}} costs {{2}}.", "example": {"body_text": [["10042", "5 €"]]}},
             {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Fine"}, {"type": "URL", "text": "See", "url": "https://shop.example/{{1}}", "example": ["https://shop.example/10042"]}, {"type": "COPY_CODE", "example": "SALE"}]}]
            """);

        Assert.True(shape.IsKnown);
        Assert.Equal(
            [("header", 0, "1", "Ann"), ("body", 0, "1", "10042"), ("body", 0, "2", "5 €"), ("button", 1, "1", "10042"), ("button", 2, "1", "SALE")],
            shape.Fields.Select(field => (field.Part, field.Button, field.Name, field.Sample)));
    }

    [Fact]
    public void Places_may_have_names()
    {
        var shape = TemplateShape.Read("""[{"type": "BODY", "text": "Hi {{first_name}}!", "example": {"body_text_named_params": [{"param_name": "first_name", "example": "Ann"}]}}]""");

        var field = Assert.Single(shape.Fields);
        Assert.Equal((true, "first_name", "Ann"), (field.IsNamed, field.Name, field.Sample));
        Assert.Equal("Hi Bo!", TemplateShape.Filled(shape.Body, _ => "Bo"));
        Assert.Equal("Hi {{first_name}}!", TemplateShape.Filled(shape.Body, _ => null));
    }

    [Theory]
    [InlineData("""[{"type": "CAROUSEL", "cards": []}, {"type": "BODY", "text": "Hi"}]""")]
    [InlineData("""[{"type": "BODY", "text": "Hi"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "text": "Copy"}]}]""")]
    [InlineData("""[{"type": "BODY", "text": 7}]""")]
    [InlineData("""{}""")]
    [InlineData("""nothing""")]
    public void What_is_not_known_here_says_so_and_breaks_nothing(string components)
        => Assert.False(TemplateShape.Read(components).IsKnown && TemplateShape.Read(components).Body.Length > 0);
}
