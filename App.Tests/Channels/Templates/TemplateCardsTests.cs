using System.Text.Json;
using Inbox.Channels.Templates;
using Inbox.Tenancy;

namespace Inbox.Tests.Channels.Templates;

/// <summary>The cards of a carousel, as they are written and as they are judged before the platform is asked.</summary>
public sealed class TemplateCardsTests
{
    private const string Header = """{"type": "HEADER", "format": "IMAGE"}""";
    private const string Card = $$"""{"components": [{{Header}}, {"type": "BODY", "text": "Rye"}]}""";

    [Fact]
    public void A_new_card_has_the_buttons_of_the_others_and_a_button_is_on_all_of_them()
    {
        var edit = Editor();
        edit.AddCardButton();
        edit.ChooseCardButton(0, "url");
        edit.AddCard();

        Assert.Equal(["url", "url", "url"], edit.Cards.Select(card => Assert.Single(card.Buttons).Kind));

        edit.RemoveCardButton(0);
        Assert.All(edit.Cards, card => Assert.Empty(card.Buttons));
    }

    [Fact]
    public void What_is_written_reads_as_it_was_meant()
    {
        var edit = Editor();
        edit.Footer = "of before";
        (edit.Cards[0].Body, edit.Cards[1].Body) = ("Rye, {{1}} a loaf", "Rolls");
        edit.Cards[0].Sample("1", "4 €");
        edit.Cards[0].File = new ChosenFile(7, "rye.png");
        Assert.Null(edit.Draft().CardSampleIds);
        edit.Cards[1].File = new ChosenFile(8, "rolls.png");

        var (draft, shape) = (edit.Draft(), edit.Shape());

        TemplateRules.Check(draft);
        Assert.Equal([7, 8], draft.CardSampleIds!);
        Assert.Equal((true, null, "Rye, {{1}} a loaf", "4 €"), (shape.IsKnown, shape.Footer, shape.Cards[0].Body, Assert.Single(shape.Fields).Sample));
        edit.Category = "utility";
        Assert.Empty(edit.Shape().Cards);
    }

    [Theory]
    [InlineData("marketing", $"[{Card}]", null, "2 to 10 cards")]
    [InlineData("utility", $"[{Card}, {Card}]", null, "category marketing")]
    [InlineData("marketing", $"[{Card}, {Card}]", """{"type": "FOOTER", "text": "Shop"}""", "below a BODY and nothing else")]
    [InlineData("marketing", $$"""[{{Card}}, {"components": [{{Header}}]}]""", null, "the same parts")]
    [InlineData("marketing", $$"""[{{Card}}, {"components": [{"type": "HEADER", "format": "VIDEO"}, {"type": "BODY", "text": "Rye"}]}]""", null, "or all a VIDEO")]
    [InlineData("marketing", """[{"components": [{"type": "BODY", "text": "Rye"}]}, {"components": [{"type": "BODY", "text": "Rye"}]}]""", null, "All cards have a HEADER")]
    [InlineData("marketing", """[null, 1]""", null, "All cards have a HEADER")]
    [InlineData("marketing", """[{}, {"components": {}}]""", null, "All cards have a HEADER")]
    [InlineData("marketing", """[{"components": [{"type": "header", "format": "IMAGE"}]}, {"components": [{"type": "header", "format": "IMAGE"}]}]""", null, "at most one BODY")]
    [InlineData("marketing", """[{"components": [HEADER, {"type": "BODY", "text": "a"}, {"type": "BODY", "text": "b"}]}, {"components": []}]""", null, "at most one BODY")]
    [InlineData("marketing", """[{"components": [HEADER, {"type": "BODY", "text": "Rye {{2}} x"}]}, {"components": [HEADER, {"type": "BODY", "text": "Rye"}]}]""", null, "numbered from 1")]
    [InlineData("marketing", """[{"components": [HEADER, {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "A"}]}]}, {"components": [HEADER, {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "A"}]}]}]""", null, "at most 2 buttons")]
    public void What_the_platform_would_refuse_is_told_before(string category, string cards, string? beside, string said)
    {
        var components = $$"""[{"type": "BODY", "text": "Fresh today."}, {"type": "CAROUSEL", "cards": {{cards.Replace("HEADER,", $"{Header},", StringComparison.Ordinal)}} }{{(beside is null ? "" : $", {beside}")}}]""";

        var refused = Assert.Throws<RefusedException>(() => TemplateRules.Check(new TemplateDraft("breads", "en_US", category, JsonElement.Parse(components), null, [1, 2])));

        Assert.Equal(("invalid_value", "components"), (refused.Code, refused.Field));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_for_cards_that_are_not_there_are_refused()
        => Assert.Equal("card_media_ids", Assert.Throws<RefusedException>(() => TemplateRules.Check(
            new TemplateDraft("breads", "en_US", "marketing", JsonElement.Parse("""[{"type": "BODY", "text": "Fresh today."}]"""), null, [1]))).Field);

    private static TemplateEditor Editor()
    {
        var edit = new TemplateEditor { Name = "breads", Category = "marketing", Body = "Fresh today." };
        edit.AddCard();
        edit.AddCard();
        return edit;
    }
}
