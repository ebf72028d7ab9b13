using Inbox.Access.Http;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Components;

namespace Inbox.Conversations.Timeline;

/// <summary>A contact with all that happened, over all channels. Search and kind stand in the address.</summary>
public sealed partial class ContactPage
{
    private const int PageRows = 50;
    private const int MostConversations = 20;
    private const string WhatsAppKind = "whatsapp";
    private static readonly TimeSpan ReadAtMostEvery = TimeSpan.FromSeconds(1);

    private ContactRow? _row;
    private List<TimelineEntry>? _entries;
    private IReadOnlyList<ConversationRow> _conversations = [];
    private (long, TimelineFilter)? _shown;
    private string? _next;
    private bool _missing;

    [Parameter]
    public long Id { get; set; }

    [SupplyParameterFromQuery]
    private string? Q { get; set; }

    /// <summary>message, note, consent or change.</summary>
    [SupplyParameterFromQuery]
    private string? Kind { get; set; }

    private TimelineFilter Filter => new(Kind is null ? null : Words.Read<TimelineKind>(Kind), string.IsNullOrWhiteSpace(Q) ? null : Q.Cut(MessageSearch.LongestText));

    private string Title => _row is null ? Say["Contact"] : Titles.Of(_row);

    protected override async Task OnParametersSetAsync()
    {
        if (_shown != (Id, Filter))
        {
            (_shown, _entries) = ((Id, Filter), null);
            await LoadAsync();
        }
    }

    /// <summary>Opens the conversation, where a template begins what no window is open for.</summary>
    private async Task WriteAsync()
    {
        try
        {
            var begun = await Beginnings.BeginAsync(Caller, new Beginning(WhatsAppKind, ContactId: Id), Gone);
            Navigation.NavigateTo($"/inbox/{begun.Conversation.Id}");
        }
        catch (RefusedException refused)
        {
            Toasts.Failed(refused.Code == "channel_not_found" ? Say["Connect a WhatsApp number first: Settings, Channels."] : refused.Message);
        }
        catch (ForbiddenException)
        {
            Toasts.Failed(Say["You may answer this contact when they write, and not begin a conversation."]);
        }
    }

    private async Task LoadAsync()
    {
        _row = Caller.May(ContactPermissions.Read) ? (await Contacts.FindAsync(Caller, [Id], Gone)).SingleOrDefault() : null;
        _missing = _row is null;
        if (_missing)
        {
            (_entries, _conversations) = (null, []);
            return;
        }

        _conversations = Caller.May(ConversationPermissions.Read)
            ? (await Lists.PageAsync(Caller, new ConversationFilter(Status: null, ContactId: Id), after: null, MostConversations, Gone)).Items : [];
        foreach (var conversation in _conversations)
        {
            Watch(Topics.Conversation(Caller.TenantId, conversation.Id), LoadAsync, ReadAtMostEvery);
        }

        var page = await Timelines.PageAsync(Caller, Id, Filter, before: null, Math.Clamp(_entries?.Count ?? 0, PageRows, Paging.MostRows), Gone);
        (_entries, _next) = ([.. page.Items], page.NextCursor);
    }

    private async Task MoreAsync()
    {
        var page = await Timelines.PageAsync(Caller, Id, Filter, Cursor.Parse(_next), PageRows, Gone);
        _entries!.AddRange(page.Items);
        _next = page.NextCursor;
    }

    /// <summary>Each entry, with the day where one begins.</summary>
    private IEnumerable<(TimelineEntry Entry, string? Day)> WithDays()
    {
        DateOnly? day = null;
        foreach (var entry in _entries!)
        {
            var begins = Times.Day(entry.At) != day;
            day = Times.Day(entry.At);
            yield return (entry, begins ? Times.Date(entry.At) : null);
        }
    }

    private void Narrow(string name, string? value) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, string.IsNullOrEmpty(value) ? null : value));

    private async Task RemoveAsync()
    {
        if (await Dialogs.ConfirmAsync(Say["Delete {0}?", Title], Say["The conversations stay, and the contact is there again as soon as the person writes."], Say["Delete"], Say["Cancel"])
            && await TryAsync(() => Edits.RemoveAsync(Caller, Id, IfMatch.Any.Check, Gone)))
        {
            Navigation.NavigateTo("/contacts");
        }
    }
}
