using System.Text.Json;

namespace Inbox.Channels;

/// <summary>What a customer is offered to choose from, beside the message's text.</summary>
/// <param name="Kind">buttons, list, link, menu, cards, form or location_request.</param>
/// <param name="Header">A line above the text; above buttons and a link a file of the message may stand in its place.</param>
/// <param name="Footer">A line below it.</param>
/// <param name="Buttons">Of buttons: the replies that one tap gives.</param>
/// <param name="ListButton">Of a list: what opens it.</param>
/// <param name="Sections">Of a list.</param>
/// <param name="Link">Of a link: the page that one tap opens.</param>
/// <param name="Menu">Of a menu: buttons that stay below the text.</param>
/// <param name="Cards">Of cards: they stand side by side, each with buttons of its own, and in the place of a text.</param>
/// <param name="Form">Of a form: the platform's own, which one tap opens.</param>
public sealed record Interactive(
    string Kind,
    string? Header = null,
    string? Footer = null,
    IReadOnlyList<ReplyButton>? Buttons = null,
    string? ListButton = null,
    IReadOnlyList<ListSection>? Sections = null,
    LinkButton? Link = null,
    IReadOnlyList<OfferButton>? Menu = null,
    IReadOnlyList<OfferCard>? Cards = null,
    FormButton? Form = null)
{
    public const string ButtonsKind = "buttons";
    public const string ListKind = "list";
    public const string LinkKind = "link";
    public const string MenuKind = "menu";
    public const string CardsKind = "cards";
    public const string FormKind = "form";
    public const string LocationRequestKind = "location_request";
}

/// <param name="Id">Comes back when the customer chooses it.</param>
public sealed record ReplyButton(string Id, string Title);

/// <param name="Title">Needed when there is more than one section.</param>
public sealed record ListSection(IReadOnlyList<ListRow> Rows, string? Title = null);

/// <param name="Id">Comes back when the customer chooses it.</param>
public sealed record ListRow(string Id, string Title, string? Description = null);

public sealed record LinkButton(string Title, string Url);

/// <summary>Opens a form that was made at the platform (WhatsApp calls it a flow).</summary>
/// <param name="Id">The platform's id of the form; this, or its <paramref name="Name"/>.</param>
/// <param name="Token">Comes back with the answers.</param>
/// <param name="Action">navigate (the usual) or data_exchange.</param>
/// <param name="Screen">The one that it opens at; null: its first.</param>
/// <param name="Data">What the screen is given, as its author named it.</param>
/// <param name="Mode">draft for one that is not published; null: published.</param>
public sealed record FormButton(string Title, string? Id = null, string? Name = null, string? Token = null, string? Action = null, string? Screen = null, JsonElement? Data = null, string? Mode = null);

/// <summary>A button that does one thing.</summary>
/// <param name="Id">Comes back when the customer presses it.</param>
/// <param name="Url">The page that it opens.</param>
/// <param name="Phone">The number that it calls, with a plus.</param>
public sealed record OfferButton(string Title, string? Id = null, string? Url = null, string? Phone = null);

/// <summary>A title and at least one thing more.</summary>
/// <param name="ImageUrl">Where the platform fetches its picture.</param>
/// <param name="Url">The page that a tap on it opens.</param>
public sealed record OfferCard(string Title, string? Subtitle = null, string? ImageUrl = null, string? Url = null, IReadOnlyList<OfferButton>? Buttons = null);
