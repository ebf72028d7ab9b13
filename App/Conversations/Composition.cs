using System.Globalization;
using System.Text;
using System.Text.Json;
using Inbox.Channels;
using Inbox.Data;
using Inbox.Media;
using Inbox.Shell.Ui;
using Inbox.Tenancy;

namespace Inbox.Conversations;

/// <summary>What a channel takes of what a person or a program composed, by the channel's capabilities and at this time.</summary>
internal static partial class Composition
{
    public const int LongestName = 512;
    public const int LongestAddress = 1000;
    public const int LongestUrl = 2000;

    private const int MostCards = 20;
    private const int MostTemplateCards = 10;
    private const int MostCardEntries = 20;
    private const int LongestLanguage = 15;
    private const int LongestWord = 20;
    private const int LargestContent = 32 * 1024;
    private const int LongestComponents = 16_000;

    /// <returns>The API's word for the kind of message.</returns>
    /// <exception cref="RefusedException">invalid_value, text_too_long, unsupported_by_channel, media_too_large, media_type_refused, window_closed.</exception>
    public static string Check(Writing writing, MediaFile? file, ChannelCapabilities channel, Conversation conversation, DateTime now)
    {
        var type = TypeOf(writing, file, channel);
        if (writing.Content?.ToJson().Length > LargestContent)
        {
            throw Invalid("content", "This is more than one message holds.");
        }

        if (writing.Type is not null && writing.Type != type)
        {
            throw Invalid("type", $"type is {type} for this body.");
        }

        var asPerson = writing.Content?.HumanAgent == true ? channel.HumanAgentWindow ?? throw Unsupported("as_human_agent", "nothing from persons after the time for all") : (TimeSpan?)null;
        if (type != "template")
        {
            RequireOpenWindow(conversation, channel, now, asPerson);
        }

        return type;
    }

    /// <param name="asPerson">How long after the customer's last message a person may write, who says so.</param>
    /// <exception cref="RefusedException">window_closed.</exception>
    public static void RequireOpenWindow(Conversation conversation, ChannelCapabilities channel, DateTime now, TimeSpan? asPerson = null)
    {
        if (!IsWindowOpen(conversation, channel, now, asPerson))
        {
            throw WindowClosed();
        }
    }

    /// <inheritdoc cref="RequireOpenWindow"/>
    public static bool IsWindowOpen(Conversation conversation, ChannelCapabilities channel, DateTime now, TimeSpan? asPerson)
        => conversation.WindowEndsAt(channel) is not { } end || end > now || conversation.LastInboundAt + asPerson > now;

    public static RefusedException WindowClosed() => new(
        "window_closed",
        "The customer's last message is too long ago: this channel takes free text only for a while after it. The window opens again when the customer writes.",
        StatusCodes.Status409Conflict);

    /// <exception cref="RefusedException">invalid_value, text_too_long.</exception>
    public static void Text(string? text, int limit, int? bytes = null)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw Invalid("text_content", "The text is empty.");
        }

        if (text.Length > limit)
        {
            throw new RefusedException("text_too_long", $"The text has {text.Length} characters; this channel takes {limit}.", field: "text_content");
        }

        if (bytes is { } most && Encoding.UTF8.GetByteCount(text) is var size && size > most)
        {
            throw new RefusedException("text_too_long", $"The text has {size} bytes; this channel takes {most}, and letters beside plain Latin ones and emoji count several.", field: "text_content");
        }
    }

    /// <summary>A file beside the one of the message itself.</summary>
    /// <exception cref="RefusedException">media_too_large, media_type_refused, unsupported_by_channel.</exception>
    public static void File(MediaFile file, ChannelCapabilities channel) => Check(file, null, channel);

    private static string TypeOf(Writing writing, MediaFile? file, ChannelCapabilities channel)
    {
        var content = writing.Content;
        // The header of a template or a choice may be a file.
        var alone = content is { Template: not null } or { Interactive: not null } ? null : file;
        var parts = new object?[] { content?.Interactive, content?.Template, alone, content?.Location, content?.Contacts }.Count(part => part is not null);
        if (parts > 1)
        {
            throw Invalid("content", "A message is one thing: a text, a file, a place, contacts, a choice or a template.");
        }

        switch (content)
        {
            case { Interactive: { Kind: Interactive.CardsKind } cards }:
                NoText(writing.Text, "cards");
                Check(cards, channel);
                Above(file, cards, channel);
                return "interactive";
            case { Interactive: { } interactive }:
                Text(writing.Text, Math.Min(channel.ChoiceText ?? channel.TextLimit, channel.TextLimit), channel.TextBytes);
                Check(interactive, channel);
                Above(file, interactive, channel);
                return "interactive";
            case { Template: { } template }:
                NoText(writing.Text, "a template");
                Check(template, channel);
                if (file is not null)
                {
                    Check(file, null, channel);
                }

                return "template";
            case { Location: { } place }:
                NoText(writing.Text, "a place");
                Check(place, channel);
                return "location";
            case { Contacts: { } cards }:
                NoText(writing.Text, "contacts");
                Check(cards, channel);
                return "contacts";
        }

        if (file is null)
        {
            Text(writing.Text, channel.TextLimit, channel.TextBytes);
            return "text";
        }

        Check(file, writing.Text, channel);
        return file.Kind;
    }

    private static void Check(Interactive interactive, ChannelCapabilities channel)
    {
        if (interactive.Header is not null || interactive.Footer is not null)
        {
            var longest = channel.HeaderAndFooter ?? throw Unsupported("interactive", "no line above or below the text");
            Line(interactive.Header, longest, "interactive.header");
            Line(interactive.Footer, longest, "interactive.footer");
        }

        switch (interactive.Kind)
        {
            case var kind when !PartsOf(interactive).SequenceEqual(kind == Interactive.LocationRequestKind ? [] : [kind]):
                throw NoKind();
            case Interactive.ButtonsKind:
                Buttons(interactive.Buttons!, channel.Buttons ?? throw Unsupported("interactive", "no buttons"));
                break;
            case Interactive.ListKind:
                List(interactive, channel.List ?? throw Unsupported("interactive", "no lists"));
                break;
            case Interactive.LinkKind:
                Needed(interactive.Link!.Title, channel.LinkTitle ?? throw Unsupported("interactive", "no links as buttons"), "interactive.link.title");
                Url(interactive.Link.Url, "interactive.link.url");
                break;
            case Interactive.MenuKind:
                Menu(interactive.Menu!, channel.Menu ?? throw Unsupported("interactive", "no buttons below a text"), "interactive.menu");
                break;
            case Interactive.FormKind:
                Form(interactive.Form!, channel.FormTitle ?? throw Unsupported("interactive", "no forms"));
                break;
            case Interactive.CardsKind:
                Cards(interactive.Cards!, channel.Cards ?? throw Unsupported("interactive", "no cards"));
                break;
            case Interactive.LocationRequestKind when interactive.Header is null && interactive.Footer is null:
                Can(channel.LocationRequests, "interactive", "no question for a place");
                break;
            default:
                throw NoKind();
        }
    }

    private static void Buttons(IReadOnlyList<ReplyButton> buttons, ButtonLimits limits)
    {
        Count(buttons, limits.Most, "interactive.buttons");
        foreach (var button in buttons)
        {
            Needed(button.Id, limits.Id, "interactive.buttons.id");
            Needed(button.Title, limits.Title, "interactive.buttons.title");
        }

        Different(buttons.Select(button => button.Id), "interactive.buttons.id");
        Different(buttons.Select(button => button.Title), "interactive.buttons.title");
    }

    private static void List(Interactive list, ListLimits limits)
    {
        Needed(list.ListButton, limits.Button, "interactive.list_button");
        var sections = list.Sections ?? [];
        Count(sections, limits.Sections, "interactive.sections");
        var rows = new List<ListRow>();
        foreach (var section in sections)
        {
            if (sections.Count > 1 || section.Title is not null)
            {
                Needed(section.Title, limits.Title, "interactive.sections.title");
            }

            Count(section.Rows, limits.Rows, "interactive.sections.rows");
            rows.AddRange(section.Rows);
        }

        Count(rows, limits.Rows, "interactive.sections.rows");
        foreach (var row in rows)
        {
            Needed(row.Id, limits.Id, "interactive.sections.rows.id");
            Needed(row.Title, limits.Title, "interactive.sections.rows.title");
            Line(row.Description, limits.Description, "interactive.sections.rows.description");
        }

        Different(rows.Select(row => row.Id), "interactive.sections.rows.id");
    }

    private static void Check(TemplateUse template, ChannelCapabilities channel)
    {
        Can(channel.Templates, "template", "no templates");
        Needed(template.Name, LongestName, "template.name");
        Needed(template.Language, LongestLanguage, "template.language");
        if (template.Components is { } components && (components.ValueKind != JsonValueKind.Array || components.GetRawText().Length > LongestComponents))
        {
            throw Invalid("template.components", $"components is a list of at most {LongestComponents} characters.");
        }

        if (template.CardMediaIds is { } ids)
        {
            Count(ids, MostTemplateCards, "template.card_media_ids");
        }
    }

    private static void Check(Place place, ChannelCapabilities channel)
    {
        Can(channel.Locations, "location", "no places");
        if (place.Latitude is not (>= -90 and <= 90) || place.Longitude is not (>= -180 and <= 180))
        {
            throw Invalid("location", "latitude is -90 to 90, longitude -180 to 180 degrees.");
        }

        Line(place.Name, LongestAddress, "location.name");
        Line(place.Address, LongestAddress, "location.address");
    }

    private static void Check(IReadOnlyList<ContactCard> cards, ChannelCapabilities channel)
    {
        Can(channel.Contacts, "contacts", "no contacts");
        Count(cards, MostCards, "contacts");
        foreach (var card in cards)
        {
            Needed(card.Name, LongestName, "contacts.name");
            foreach (var lines in new[] { card.Phones?.Select(phone => phone?.Value), card.Emails?.Select(email => email?.Value), card.Addresses, card.Urls })
            {
                var values = lines?.ToList() ?? [];
                if (values.Count > MostCardEntries)
                {
                    throw Invalid("contacts", $"A card has at most {MostCardEntries} entries of a kind.");
                }

                values.ForEach(value => Needed(value, LongestAddress, "contacts"));
            }

            foreach (var kind in (card.Phones ?? []).Concat(card.Emails ?? []).Select(entry => entry.Kind))
            {
                Line(kind, LongestWord, "contacts.kind");
            }

            Line(card.Organization, LongestName, "contacts.organization");
            Line(card.Title, LongestName, "contacts.title");
            if (card.Birthday is { } birthday && !DateOnly.TryParseExact(birthday, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            {
                throw Invalid("contacts.birthday", "birthday is a date: YYYY-MM-DD.");
            }
        }
    }

    private static void Check(MediaFile file, string? caption, ChannelCapabilities channel)
    {
        if (!channel.Files.TryGetValue(file.Kind, out var limit))
        {
            throw Unsupported("media_id", $"no files of the kind {file.Kind}");
        }

        if (!limit.Takes(file.MimeType))
        {
            throw new RefusedException("media_type_refused", $"This channel takes {string.Join(", ", limit.Types)} as {file.Kind}; the file is {file.MimeType}.", field: "media_id");
        }

        if (file.Size > limit.Bytes)
        {
            throw new RefusedException("media_too_large", $"This channel takes files of the kind {file.Kind} up to {limit.Bytes / 1000:#,0} kB; the file has {file.Size / 1000:#,0} kB.", field: "media_id");
        }

        if (caption is null)
        {
            return;
        }

        var longest = file.Kind is "image" or "video" or "document" ? channel.Caption : null;
        Text(caption, longest ?? throw Invalid("text_content", "Here a file goes without text. Send the text as a message of its own."));
    }

    private static void Can(bool can, string field, string what)
    {
        if (!can)
        {
            throw Unsupported(field, what);
        }
    }

    private static void NoText(string? text, string what)
    {
        if (text is not null)
        {
            throw Invalid("text_content", $"There is no text beside {what}. Send it as a message of its own.");
        }
    }

    private static void Count<T>(IReadOnlyList<T> list, int most, string field)
    {
        if (list.Count == 0 || list.Count > most || list.Any(entry => entry is null))
        {
            throw Invalid(field, $"{field} has 1 to {most} entries on this channel.");
        }
    }

    private static void Needed(string? text, int longest, string field)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > longest)
        {
            throw Invalid(field, $"{field} has 1 to {longest} characters on this channel.");
        }
    }

    private static void Line(string? text, int longest, string field)
    {
        if (text is not null)
        {
            Needed(text, longest, field);
        }
    }

    private static void Url(string url, string field)
    {
        if (url.Length > LongestUrl || !WebAddresses.IsAddress(url))
        {
            throw Invalid(field, $"{field} is an http or https address of at most {LongestUrl} characters.");
        }
    }

    private static void Different(IEnumerable<string> texts, string field)
    {
        if (texts.GroupBy(text => text, StringComparer.Ordinal).Any(same => same.Count() > 1))
        {
            throw Invalid(field, $"Each {field} stands once.");
        }
    }

    private static RefusedException Invalid(string field, string sentence) => new("invalid_value", sentence, field: field);

    private static RefusedException Unsupported(string field, string what) => new("unsupported_by_channel", $"This channel takes {what}.", field: field);
}
