using Inbox.Channels;
using Inbox.Conversations.Extras;
using Inbox.Tenancy;

namespace Inbox.Tests.Conversations.Extras;

public sealed class ChoiceDraftTests
{
    private static ChannelCapabilities Lists { get; } = ChannelCapabilities.None with
    {
        Buttons = new ButtonLimits(Most: 3, Title: 20, Id: 256),
        List = new ListLimits(Sections: 10, Rows: 10, Button: 20, Title: 24, Description: 72, Id: 200),
        LinkTitle = 20,
        HeaderAndFooter = 60,
        LocationRequests = true,
    };

    private static ChannelCapabilities Menus { get; } = ChannelCapabilities.None with
    {
        Buttons = new ButtonLimits(Most: 13, Title: 20, Id: 1000),
        Menu = new MenuLimits(Most: 3, Title: 20, Id: 1000, Calls: true),
        Cards = new CardLimits(Most: 10, Title: 80, Subtitle: 80, new MenuLimits(3, 20, 1000, Calls: true)),
    };

    [Fact]
    public void Few_answers_are_buttons_and_more_are_a_list()
    {
        var draft = new ChoiceDraft(Lists) { Text = " When? ", ListButton = "Choose" };
        Fill(draft, "Friday", "Saturday", "Sunday");

        Assert.Equal(["Friday", "Saturday", "Sunday"], draft.Writing("key").Content!.Interactive!.Buttons!.Select(button => button.Title));

        Fill(draft, "Friday", "Saturday", "Sunday", "Monday");
        draft.AnswerRows[3].Description = "We call you";
        var writing = draft.Writing("key");

        Assert.Equal(("When?", "key"), (writing.Text, writing.ClientKey));
        var list = writing.Content!.Interactive!;
        Assert.Equal(("list", "Choose", null), (list.Kind, list.ListButton, list.Buttons));
        Assert.Equal([("Friday", null), ("Saturday", null), ("Sunday", null), ("Monday", "We call you")], Assert.Single(list.Sections!).Rows.Select(row => (row.Title, row.Description)));
        Assert.Equal(4, list.Sections![0].Rows.Select(row => row.Id).Distinct().Count());
    }

    [Fact]
    public void Where_there_are_no_lists_all_answers_are_buttons()
    {
        var draft = new ChoiceDraft(Menus);
        Fill(draft, [.. Enumerable.Range(1, 13).Select(number => $"Answer {number}")]);

        Assert.Equal((13, false, 13), (draft.MostAnswers, draft.IsList, draft.Offer().Buttons!.Count));
    }

    [Fact]
    public void Rows_that_are_empty_are_left_out_and_the_same_answer_twice_is_refused()
    {
        var draft = new ChoiceDraft(Lists) { Text = "When?" };
        Fill(draft, "Friday", " ");
        Assert.Single(draft.Writing("key").Content!.Interactive!.Buttons!);

        Fill(draft, "Friday", "Friday ");
        Assert.Equal("invalid_value", Assert.Throws<RefusedException>(() => draft.Writing("key")).Code);
    }

    [Fact]
    public void A_channel_is_offered_the_kinds_that_it_takes()
    {
        Assert.Equal(["answers", "links", "location"], new ChoiceDraft(Lists).Kinds);
        Assert.Equal(["answers", "links", "cards"], new ChoiceDraft(Menus).Kinds);
        Assert.Empty(new ChoiceDraft(ChannelCapabilities.None).Kinds);
        Assert.Equal([Extra.Choice], ChannelExtras.Of(Menus));
        Assert.Empty(ChannelExtras.Of(ChannelCapabilities.None));
        Assert.Equal([Extra.Place, Extra.ContactCard], ChannelExtras.Of(ChannelCapabilities.None with { Locations = true, Contacts = true }));
    }

    [Fact]
    public void A_link_stands_alone_where_the_channel_has_no_menu()
    {
        var draft = new ChoiceDraft(Lists) { Kind = ChoiceDraft.Links, Text = "Your order", Header = "Shop", Footer = "" };
        (draft.LinkRows[0].Title, draft.LinkRows[0].Target) = ("See it", " https://example.com/1 ");

        var offer = draft.Offer();

        Assert.Equal(("link", "Shop", null, new LinkButton("See it", "https://example.com/1")), (offer.Kind, offer.Header, offer.Footer, offer.Link));
    }

    [Fact]
    public void A_button_of_a_menu_opens_calls_or_answers_by_what_is_typed()
    {
        var draft = new ChoiceDraft(Menus) { Kind = ChoiceDraft.Links, Text = "Your order" };
        draft.LinkRows.Clear();
        draft.LinkRows.AddRange([new() { Title = "See", Target = "https://example.com" }, new() { Title = "Call", Target = "+49 (30) 123-456" }, new() { Title = "Later" }]);

        Assert.Equal(
            [new OfferButton("See", Url: "https://example.com"), new OfferButton("Call", Phone: "+4930123456"), new OfferButton("Later", Id: "button-3")],
            draft.Offer().Menu!);
    }

    [Fact]
    public void Cards_have_no_text_beside_them()
    {
        var draft = new ChoiceDraft(Menus) { Kind = ChoiceDraft.Cards, Text = "of before" };
        (draft.CardRows[0].Title, draft.CardRows[0].Subtitle) = ("Mug", "12 €");
        draft.CardRows[0].Buttons.Add(new() { Title = "Buy" });

        var writing = draft.Writing("key");

        Assert.Null(writing.Text);
        var card = Assert.Single(writing.Content!.Interactive!.Cards!);
        Assert.Equal(("Mug", "12 €", null, "card-1-button-1"), (card.Title, card.Subtitle, card.ImageUrl, Assert.Single(card.Buttons!).Id));
    }

    private static void Fill(ChoiceDraft draft, params string[] titles)
    {
        draft.AnswerRows.Clear();
        draft.AnswerRows.AddRange(titles.Select(title => new ChoiceDraft.AnswerRow { Title = title }));
    }
}
