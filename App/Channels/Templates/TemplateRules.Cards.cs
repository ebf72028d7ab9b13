namespace Inbox.Channels.Templates;

internal static partial class TemplateRules
{
    public const int FewestCards = 2;
    public const int MostCards = 10;
    public const int MostCardButtons = 2;
    public const int LongestCardBody = 160;

    /// <seealso href="https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates/media-card-carousel-templates"/>
    private static void Cards(TemplateShape shape, TemplateDraft draft)
    {
        if (!draft.Components.Items().Any(part => part.At("type").Text() == "CAROUSEL"))
        {
            if (draft.CardSampleIds is not null)
            {
                throw Invalid("card_media_ids", "This template has no cards.");
            }

            return;
        }

        if (draft.Category != "marketing" || shape.Header is not null || shape.Footer is not null || shape.Buttons.Count > 0)
        {
            throw Invalid("components", "Cards stand below a BODY and nothing else, in a template of the category marketing.");
        }

        if (shape.Cards.Count is < FewestCards or > MostCards)
        {
            throw Invalid("components", $"There are {FewestCards} to {MostCards} cards.");
        }

        var parts = draft.Components.Items().Where(part => part.At("type").Text() == "CAROUSEL").SelectMany(part => part.At("cards").Items()).Select(card => card.At("components").Items().Select(part => part.At("type").Text()).ToList());
        if (parts.Any(types => types.Distinct().Count() < types.Count || types.Exists(type => type is not ("HEADER" or "BODY" or "BUTTONS"))))
        {
            throw Invalid("components", "A card has a HEADER, and at most one BODY and BUTTONS.");
        }

        if (!shape.IsKnown || shape.Cards.Select(card => (card.Header!.Format, card.Body.Length > 0, string.Join(',', card.Buttons.Select(button => button.Kind)))).Distinct().Count() > 1)
        {
            throw Invalid("components", "All cards have a HEADER with an IMAGE, or all a VIDEO, and the same parts and kinds of buttons.");
        }

        CardFiles(shape, draft);
        for (var place = 0; place < shape.Cards.Count; place++)
        {
            var card = shape.Cards[place];
            if (card.Body.Length > 0)
            {
                Line(card.Body, LongestCardBody, "text of a card");   // of where its places stand the platform says nothing
                Places(shape, TemplateField.Body, card.Body, place);
            }

            if (card.Buttons.Count > MostCardButtons || card.Buttons.Any(button => button.Kind is not ("quick_reply" or "url" or "phone_number")))
            {
                throw Invalid("components", $"A card has at most {MostCardButtons} buttons: QUICK_REPLY, URL or PHONE_NUMBER.");
            }

            Buttons(shape, card.Buttons, place);
        }
    }

    private static void CardFiles(TemplateShape shape, TemplateDraft draft)
    {
        var cards = draft.Components.Items().Where(part => part.At("type").Text() == "CAROUSEL").SelectMany(part => part.At("cards").Items());
        var have = cards.Count(card => card.At("components").Items().Any(part => part.At("example").At("header_handle").Items().Any(handle => handle.Text() is { Length: > 0 })));
        if (draft.CardSampleIds is { } samples ? samples.Count != shape.Cards.Count : have != shape.Cards.Count)
        {
            throw Invalid("card_media_ids", "Each card needs a file as a sample: upload them and give their ids as card_media_ids, in the order of the cards.");
        }
    }
}
