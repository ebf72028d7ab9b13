using Inbox.Channels;
using Inbox.Tenancy;

namespace Inbox.Conversations.Extras;

/// <summary>What an agent offers a customer to choose from, as it is typed in: up to what the channel takes.</summary>
internal sealed class ChoiceDraft
{
    /// <summary>Buttons while they are few, else a list.</summary>
    public const string Answers = "answers";

    /// <summary>Buttons that open a page, call a number, or answer.</summary>
    public const string Links = "links";

    public const string Cards = "cards";
    public const string LocationRequest = "location";

    private readonly ChannelCapabilities _channel;

    public ChoiceDraft(ChannelCapabilities channel)
    {
        _channel = channel;
        Kinds = [.. new (string Kind, bool Takes)[]
        {
            (Answers, channel.Buttons is not null || channel.List is not null),
            (Links, channel.LinkTitle is not null || channel.Menu is not null),
            (Cards, channel.Cards is not null),
            (LocationRequest, channel.LocationRequests),
        }.Where(one => one.Takes).Select(one => one.Kind)];
        Kind = Kinds.Count == 0 ? Answers : Kinds[0];
        AnswerRows = [new(), new()];
        LinkRows = [new()];
        CardRows = [new()];
    }

    /// <summary>What the channel takes of these.</summary>
    public IReadOnlyList<string> Kinds { get; }

    public string Kind { get; set; }

    public string Text { get; set; } = "";

    public string Header { get; set; } = "";

    public string Footer { get; set; } = "";

    /// <summary>What opens the list.</summary>
    public string ListButton { get; set; } = "";

    public List<AnswerRow> AnswerRows { get; }

    public List<LinkRow> LinkRows { get; }

    public List<CardRow> CardRows { get; }

    /// <summary>There are more answers than the channel has buttons for.</summary>
    public bool IsList => AreList(AnswerRows.Count);

    public int MostAnswers => Math.Max(_channel.Buttons?.Most ?? 0, _channel.List?.Rows ?? 0);

    public int LongestAnswer => (IsList ? _channel.List?.Title : _channel.Buttons?.Title) ?? 0;

    public int LongestDescription => _channel.List?.Description ?? 0;

    public int LongestListButton => _channel.List?.Button ?? 0;

    public int MostLinks => _channel.Menu?.Most ?? 1;

    public int LongestLink => _channel.Menu?.Title ?? _channel.LinkTitle ?? 0;

    /// <summary>A button may do something else than open a page.</summary>
    public bool HasOtherButtons => _channel.Menu is not null;

    /// <summary>Of the text.</summary>
    public int Longest => _channel.ChoiceText ?? _channel.TextLimit;

    /// <summary>Of the lines above and below; 0: there are none.</summary>
    public int LongestLine => Kind is Answers or Links ? _channel.HeaderAndFooter ?? 0 : 0;

    public CardLimits? CardLimits => _channel.Cards;

    /// <returns>What goes out, as far as it is filled in: rows that are empty are left out.</returns>
    public Interactive Offer()
    {
        var offer = new Interactive(Kind switch
        {
            Answers => AreList(Answered.Count()) ? Interactive.ListKind : Interactive.ButtonsKind,
            Links => HasOtherButtons ? Interactive.MenuKind : Interactive.LinkKind,
            Cards => Interactive.CardsKind,
            _ => Interactive.LocationRequestKind,
        });
        if (LongestLine > 0)
        {
            offer = offer with { Header = Typed.Filled(Header), Footer = Typed.Filled(Footer) };
        }

        return offer.Kind switch
        {
            Interactive.ButtonsKind => offer with { Buttons = [.. Answered.Select((row, place) => new ReplyButton(IdOf(place), row.Title.Trim()))] },
            Interactive.ListKind => offer with
            {
                ListButton = ListButton.Trim(),
                Sections = [new ListSection([.. Answered.Select((row, place) => new ListRow(IdOf(place), row.Title.Trim(), Typed.Filled(row.Description)))])],
            },
            Interactive.LinkKind => offer with { Link = new LinkButton(LinkRows[0].Title.Trim(), LinkRows[0].Target.Trim()) },
            Interactive.MenuKind => offer with { Menu = Buttons(LinkRows, "button") },
            Interactive.CardsKind => offer with { Cards = [.. CardRows.Select(CardOf)] },
            _ => offer,
        };
    }

    /// <exception cref="RefusedException">invalid_value: two answers are the same.</exception>
    public Writing Writing(string key)
    {
        var offer = Offer();
        // A list may have them twice, and nobody who looks at it could tell them apart.
        if (Kind == Answers && Answered.GroupBy(row => row.Title.Trim(), StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new RefusedException("invalid_value", $"Two answers are called {twice.Key}: the customer could not tell them apart.", field: "interactive");
        }

        return new Writing(Kind == Cards ? null : Text.Trim(), key) { Content = new MessageContent { Interactive = offer } };
    }

    private bool AreList(int answers) => _channel.List is not null && answers > (_channel.Buttons?.Most ?? 0);

    private IEnumerable<AnswerRow> Answered => AnswerRows.Where(row => row.Title.Trim().Length > 0);

    private static OfferCard CardOf(CardRow card, int place)
    {
        var buttons = Buttons(card.Buttons, $"card-{place + 1}-button");
        return new OfferCard(card.Title.Trim(), Typed.Filled(card.Subtitle), Typed.Filled(card.ImageUrl), Typed.Filled(card.Url), buttons.Count == 0 ? null : buttons);
    }

    private static List<OfferButton> Buttons(List<LinkRow> rows, string id)
        => [.. rows.Where(row => row.Title.Trim().Length > 0).Select((row, place) => row.Target.Trim() switch
        {
            "" => new OfferButton(row.Title.Trim(), Id: $"{id}-{place + 1}"),
            ['+', ..] phone => new OfferButton(row.Title.Trim(), Phone: string.Concat(phone.Where(letter => letter is not (' ' or '-' or '(' or ')' or '/')))),
            var url => new OfferButton(row.Title.Trim(), Url: url),
        })];

    private static string IdOf(int place) => $"answer-{place + 1}";

    internal sealed class AnswerRow
    {
        public string Title { get; set; } = "";

        public string Description { get; set; } = "";
    }

    /// <summary>A button.</summary>
    internal sealed class LinkRow
    {
        public string Title { get; set; } = "";

        /// <summary>An address of the web, a number with a plus, or nothing: then it answers.</summary>
        public string Target { get; set; } = "";
    }

    internal sealed class CardRow
    {
        public string Title { get; set; } = "";

        public string Subtitle { get; set; } = "";

        public string ImageUrl { get; set; } = "";

        public string Url { get; set; } = "";

        public List<LinkRow> Buttons { get; } = [];
    }
}
