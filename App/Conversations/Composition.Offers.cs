using System.Text.Json;
using Inbox.Channels;
using Inbox.Media;
using Inbox.Tenancy;

namespace Inbox.Conversations;

internal static partial class Composition
{
    private const int ShortestPhone = 5;
    private const int LongestPhone = 20;

    /// <summary>The kinds of which an offer holds something.</summary>
    private static IEnumerable<string> PartsOf(Interactive offer)
    {
        if (offer.Buttons is not null)
        {
            yield return Interactive.ButtonsKind;
        }

        if (offer.Sections is not null || offer.ListButton is not null)
        {
            yield return Interactive.ListKind;
        }

        if (offer.Link is not null)
        {
            yield return Interactive.LinkKind;
        }

        if (offer.Menu is not null)
        {
            yield return Interactive.MenuKind;
        }

        if (offer.Cards is not null)
        {
            yield return Interactive.CardsKind;
        }

        if (offer.Form is not null)
        {
            yield return Interactive.FormKind;
        }
    }

    private static void Menu(IReadOnlyList<OfferButton> buttons, MenuLimits limits, string field)
    {
        Count(buttons, limits.Most, field);
        foreach (var button in buttons)
        {
            Needed(button.Title, limits.Title, $"{field}.title");
            switch (button)
            {
                case { Id: { } id, Url: null, Phone: null }:
                    Needed(id, limits.Id, $"{field}.id");
                    break;
                case { Id: null, Url: { } url, Phone: null }:
                    Url(url, $"{field}.url");
                    break;
                case { Id: null, Url: null, Phone: { } phone }:
                    Can(limits.Calls, field, "no buttons that call a number");
                    Phone(phone, $"{field}.phone");
                    break;
                default:
                    throw Invalid(field, "A button has one of id, url and phone beside its title.");
            }
        }

        Different(buttons.Select(button => button.Id).OfType<string>(), $"{field}.id");
    }

    private static void Cards(IReadOnlyList<OfferCard> cards, CardLimits limits)
    {
        Count(cards, limits.Most, "interactive.cards");
        foreach (var card in cards)
        {
            Needed(card.Title, limits.Title, "interactive.cards.title");
            Line(card.Subtitle, limits.Subtitle, "interactive.cards.subtitle");
            if (card.ImageUrl is { } image)
            {
                Url(image, "interactive.cards.image_url");
            }

            if (card.Url is { } url)
            {
                Url(url, "interactive.cards.url");
            }

            if (card.Buttons is { } buttons)
            {
                Menu(buttons, limits.Buttons, "interactive.cards.buttons");
            }

            if (card is { Subtitle: null, ImageUrl: null, Url: null, Buttons: null })
            {
                throw Invalid("interactive.cards", "A card has at least one thing beside its title: a line below, a picture, a page or buttons (subtitle, image_url, url, buttons).");
            }
        }
    }

    /// <summary>A file in the place of a line above the text.</summary>
    private static void Above(MediaFile? file, Interactive offer, ChannelCapabilities channel)
    {
        if (file is null)
        {
            return;
        }

        if (!channel.HeaderFiles.Contains(file.Kind) || offer.Kind is not (Interactive.ButtonsKind or Interactive.LinkKind))
        {
            throw Unsupported("media_id", $"no files of the kind {file.Kind} above such a choice");
        }

        if (offer.Header is not null)
        {
            throw Invalid("interactive.header", "A line or a file stands above the text, not both.");
        }

        Check(file, null, channel);
    }

    private static void Form(FormButton form, int longestTitle)
    {
        Needed(form.Title, longestTitle, "interactive.form.title");
        Line(form.Id, LongestName, "interactive.form.id");
        Line(form.Name, LongestName, "interactive.form.name");
        Line(form.Token, LongestName, "interactive.form.token");
        Line(form.Screen, LongestName, "interactive.form.screen");
        if (form.Id is null == form.Name is null)
        {
            throw Invalid("interactive.form", "A form is named by its id or its name, one of them.");
        }

        if (form.Action is not (null or "navigate" or "data_exchange"))
        {
            throw Invalid("interactive.form.action", "action is navigate or data_exchange.");
        }

        if (form.Mode is not (null or "draft" or "published"))
        {
            throw Invalid("interactive.form.mode", "mode is draft or published.");
        }

        if (form.Data is { ValueKind: not JsonValueKind.Object })
        {
            throw Invalid("interactive.form.data", "data is an object: what the screen is given.");
        }
    }

    private static void Phone(string phone, string field)
    {
        if (phone is not ['+', .. var digits] || digits.Length is < ShortestPhone or > LongestPhone || !digits.All(char.IsAsciiDigit))
        {
            throw Invalid(field, $"{field} is a plus and {ShortestPhone} to {LongestPhone} digits.");
        }
    }

    private static RefusedException NoKind() => Invalid(
        "interactive.kind",
        "kind is buttons (with buttons), list (with list_button and sections), link (with link), menu (with menu), cards (with cards), form (with form) or location_request (with nothing else).");
}
