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

    [Fact]
    public void The_code_of_a_sign_in_is_one_place_that_its_button_repeats()
    {
        var told = TemplateShape.Read("""
            [{"type": "BODY", "text": "*{{1}}* is your verification code.", "add_security_recommendation": true, "example": {"body_text": [["123456"]]}},
             {"type": "FOOTER", "text": "This code expires in 10 minutes.", "code_expiration_minutes": 10},
             {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Copy code", "url": "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}", "example": ["otp123456"]}]}]
            """);
        var handedIn = TemplateShape.Read("""[{"type": "BODY", "add_security_recommendation": true}, {"type": "FOOTER", "code_expiration_minutes": 5}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy"}]}]""");

        Assert.True(told.IsKnown && handedIn.IsKnown);
        Assert.Equal(("otp", null), (told.Buttons[0].Kind, told.Buttons[0].Target));
        Assert.Equal([("body", "1"), ("button", "1")], handedIn.Fields.Select(field => (field.Part, field.Name)));
        Assert.Equal("{{1}} is your verification code. For your security, do not share this code.", handedIn.Body);
        Assert.Equal("This code expires in 5 minutes.", handedIn.Footer);
    }

    [Fact]
    public void The_cards_of_a_carousel_have_files_texts_and_buttons_of_their_own()
    {
        var shape = TemplateShape.Read("""
            [{"type": "BODY", "text": "For you, {{1}}:", "example": {"body_text": [["Ann"]]}},
             {"type": "CAROUSEL", "cards": [
                {"components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Bread for {{1}}", "example": {"body_text": [["3 €"]]}}, {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "See", "url": "https://shop.example/{{1}}", "example": ["bread"]}]}]},
                {"components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Rolls"}, {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Yes"}]}]}]}]
            """);

        Assert.True(shape.IsKnown);
        Assert.Equal(["Bread for {{1}}", "Rolls"], shape.Cards.Select(card => card.Body));
        Assert.Equal(
            [(null, "body", 0), (0, "body", 0), (0, "button", 0)],
            shape.Fields.Select(field => (field.Card, field.Part, field.Button)));
    }

    [Theory]
    [InlineData("""[{"type": "CAROUSEL", "cards": []}, {"type": "BODY", "text": "Hi"}]""")]
    [InlineData("""[{"type": "BODY", "text": "Hi"}, {"type": "BUTTONS", "buttons": [{"type": "MPM", "text": "Look"}]}]""")]
    [InlineData("""[{"type": "BODY", "text": "Hi"}, {"type": "CAROUSEL", "cards": [{"components": [{"type": "BODY", "text": "One"}]}]}]""")]
    [InlineData("""[{"type": "BODY", "text": 7}]""")]
    [InlineData("""{}""")]
    [InlineData("""nothing""")]
    public void What_is_not_known_here_says_so_and_breaks_nothing(string components)
        => Assert.False(TemplateShape.Read(components).IsKnown && TemplateShape.Read(components).Body.Length > 0);
}
