namespace Inbox.Channels.Templates;

/// <summary>A template as one customer sees it.</summary>
/// <param name="Text">Header, body and footer with their values.</param>
/// <param name="Offer">Its buttons, or the cards of a carousel with theirs; null when it has none.</param>
public sealed record ShownTemplate(string Text, Interactive? Offer)
{
    public static ShownTemplate Of(TemplateShape shape, IReadOnlyDictionary<TemplateField, string> values)
    {
        string?[] lines = [Filled(TemplateField.Header, shape.Header?.Text), Filled(TemplateField.Body, shape.Body), shape.Footer];
        var cards = shape.Cards.Select((card, place) => new OfferCard(Filled(TemplateField.Body, card.Body, place) ?? $"{place + 1}", Buttons: Buttons(card.Buttons, place))).ToList();
        var offer = cards.Count > 0 ? new Interactive(Interactive.CardsKind, Cards: cards)
            : shape.Buttons.Count > 0 ? new Interactive(Interactive.MenuKind, Menu: Buttons(shape.Buttons, null))
            : null;
        return new ShownTemplate(string.Join('\n', lines.Where(line => line is { Length: > 0 })), offer);

        string? Filled(string part, string? text, int? card = null)
            => text is not { Length: > 0 } ? null : TemplateShape.Filled(text, name => Value(field => field.Part == part && field.Card == card && field.Name == name));

        string? Value(Func<TemplateField, bool> of) => shape.Fields.FirstOrDefault(of) is { } field ? values.GetValueOrDefault(field) : null;

        IReadOnlyList<OfferButton> Buttons(IReadOnlyList<TemplateButton> buttons, int? card)
            => [.. buttons.Select((button, place) => button.Kind switch
            {
                "url" => new OfferButton(button.Text, Url: TemplateShape.Filled(button.Target ?? "", name => Value(Of(place, card, name)))),
                "phone_number" => new OfferButton(button.Text, Phone: button.Target),
                // A code has no words of its own everywhere: it is shown as what is copied.
                "copy_code" or "otp" when button.Text.Length == 0 => new OfferButton(Value(Of(place, card, "1")) ?? ""),
                _ => new OfferButton(button.Text),
            })];

        static Func<TemplateField, bool> Of(int button, int? card, string name)
            => field => field.Part == TemplateField.OfButton && field.Button == button && field.Card == card && field.Name == name;
    }
}
