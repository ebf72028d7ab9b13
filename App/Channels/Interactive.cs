namespace Inbox.Channels;

/// <summary>What a customer is offered to choose from, beside the message's text.</summary>
/// <param name="Kind">buttons, list, link or location_request.</param>
/// <param name="Header">A line above the text.</param>
/// <param name="Footer">A line below it.</param>
/// <param name="Buttons">Of buttons: the replies that one tap gives.</param>
/// <param name="ListButton">Of a list: what opens it.</param>
/// <param name="Sections">Of a list.</param>
/// <param name="Link">Of a link: the page that one tap opens.</param>
public sealed record Interactive(
    string Kind,
    string? Header = null,
    string? Footer = null,
    IReadOnlyList<ReplyButton>? Buttons = null,
    string? ListButton = null,
    IReadOnlyList<ListSection>? Sections = null,
    LinkButton? Link = null)
{
    public const string ButtonsKind = "buttons";
    public const string ListKind = "list";
    public const string LinkKind = "link";
    public const string LocationRequestKind = "location_request";
}

/// <param name="Id">Comes back when the customer chooses it.</param>
public sealed record ReplyButton(string Id, string Title);

/// <param name="Title">Needed when there is more than one section.</param>
public sealed record ListSection(IReadOnlyList<ListRow> Rows, string? Title = null);

/// <param name="Id">Comes back when the customer chooses it.</param>
public sealed record ListRow(string Id, string Title, string? Description = null);

public sealed record LinkButton(string Title, string Url);
