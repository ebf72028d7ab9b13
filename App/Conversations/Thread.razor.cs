using Inbox.Channels;
using Inbox.Conversations.Extras;
using Inbox.Conversations.Signs;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Shell.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Inbox.Conversations;

/// <summary>The open conversation: its newest page, older ones on demand, all of it read again when something changed.</summary>
public sealed partial class Thread
{
    private const int MostShownUnread = 150;
    private static readonly TimeSpan ReadAtMostEvery = TimeSpan.FromMilliseconds(100);

    private ConversationRow? _row;
    private List<MessageRow>? _messages;
    private IReadOnlyList<ThreadEvent> _events = [];
    private IReadOnlyList<Draft> _drafts = [];
    private string? _older;
    private long? _unreadFrom;
    private int _unread;
    private long _readUpTo;
    private bool _missing;
    private bool _following;
    private bool _transferring;
    private bool _choosesTemplate;
    private long? _history;
    private Extra? _extra;
    private bool _asPerson;
    private string? _said;
    private ChannelCapabilities? _ofAccount;
    private bool _stopped;
    private ElementReference _thread;
    private BrowserModule? _scroll;
    private DotNetObjectReference<Thread>? _self;

    [Parameter, EditorRequired]
    public long ConversationId { get; set; }

    [Parameter, EditorRequired]
    public required InboxAddress Address { get; set; }

    private bool Reaches(string permission) => _row is { } row && Caller.Reaches(permission, row.AssigneeId, row.DepartmentId);

    private IChannel? Kind => _row is null ? null : Kinds.Find(_row.ChannelKind);

    /// <summary>Emoji to react with; none where this agent may not answer.</summary>
    private IReadOnlyList<string> Offered => Kind?.Capabilities.Reactions is { } taken ? taken.Count > 0 ? taken : Reactions.Usual : [];

    private string Flag(bool? can) => can == true && Reaches(ConversationPermissions.Reply) ? "true" : "false";

    private string KindName => Kind?.DisplayName ?? _row?.ChannelKind ?? "";

    /// <summary>Until when free text may be sent; null where the channel has no such limit.</summary>
    private DateTime? WindowEnds => _row is not null && Capabilities.FreeFormWindow is { } window ? (_row.LastInboundAt ?? DateTime.UnixEpoch) + window : null;

    /// <summary>Until when a person may answer after that; null where the channel has nothing of the sort.</summary>
    private DateTime? PersonUntil => _row?.LastInboundAt is { } last && Capabilities.HumanAgentWindow is { } window ? last + window : null;

    /// <summary>Only a person may answer now, and the composer lets nobody send who did not say that they are one.</summary>
    private bool IsForPersons => WindowEnds <= Clock.GetUtcNow().UtcDateTime && PersonUntil > Clock.GetUtcNow().UtcDateTime;

    /// <summary>Who opted out gets answers, and no templates.</summary>
    private bool TakesTemplates => Capabilities.Templates && _row is { ContactBlockedAt: null, ContactOptedOutAt: null };

    private bool MayChooseTemplates => TakesTemplates && Reaches(ConversationPermissions.Reply) && Caller.May(TemplatePermissions.Read);

    /// <summary>Of the account where it is on, else of its kind.</summary>
    private ChannelCapabilities Capabilities => _ofAccount ?? Kind?.Capabilities ?? ChannelCapabilities.None;

    protected override async Task OnInitializedAsync()
    {
        Watch(Topics.Conversation(Caller.TenantId, ConversationId), ReadAgainAsync, ReadAtMostEvery);
        _row = await Lists.FindAsync(Caller, ConversationId, Gone);
        if (_row is null)
        {
            Leave();
            return;
        }

        Watch(Topics.Channels(Caller.TenantId), ReadChannelAsync, ReadAtMostEvery);
        await ReadChannelAsync();
        _readUpTo = await Marks.LastReadAsync(Caller, ConversationId, Gone);
        _drafts = await Marks.DraftsAsync(Caller, ConversationId, Gone);
        var page = await Threads.PageAsync(Caller, ConversationId, before: null, Math.Clamp(_row.Unread + 10, Threads.PageSize, MostShownUnread), Gone);
        _messages = [.. page!.Items.Reverse()];
        _older = page.NextCursor;
        _unread = _row.Unread;
        _unreadFrom = _unread > 0 ? _messages.Where(message => message.Direction == MessageDirection.Inbound).TakeLast(_unread).FirstOrDefault()?.Id : null;
        await ReadEventsAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_following && _messages is not null)
        {
            _following = true;
            _self = DotNetObjectReference.Create(this);
            _scroll = new BrowserModule(Js);
            await _scroll.StartAsync(Assets["js/thread-scroll.js"], "follow", Gone, _thread, _self);
        }
    }

    /// <summary>The reader comes near the top.</summary>
    [JSInvokable]
    public async Task LoadOlderAsync()
    {
        if (_older is { } cursor && _messages is not null
            && await Threads.PageAsync(Caller, ConversationId, Cursor.Parse(cursor), Threads.PageSize, Gone) is { } page && cursor == _older)
        {
            _messages.InsertRange(0, page.Items.Reverse());
            _older = page.NextCursor;
            await ReadEventsAsync();
            StateHasChanged();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (_scroll is not null)
        {
            await _scroll.DisposeAsync();
        }

        _self?.Dispose();
    }

    private async Task ReadChannelAsync()
    {
        if (_row is null)
        {
            return;
        }

        var account = (await Directory.ReadAsync(Gone)).Find(_row.ChannelId);   // without those that are switched off
        _ofAccount = account is null ? null : Kind?.CapabilitiesOf(account);
        _stopped = account?.StoppedReason is not null || account is null;
    }

    private async Task ReadAgainAsync()
    {
        if (_messages is null)
        {
            return;
        }

        if (!Caller.May(ConversationPermissions.Read) || await Lists.FindAsync(Caller, ConversationId, Gone) is not { } row)
        {
            Leave();
            return;
        }

        _row = row;
        var known = _messages.Count;
        if (_messages is [var first, ..])
        {
            _messages = [.. await Threads.SinceAsync(Caller, ConversationId, new Cursor(first.SentAt, first.Id), known + Threads.PageSize, Gone)];
            if (_messages is [var oldest, ..] && oldest.Id != first.Id)
            {
                // More came than is read at once: what fell off the top is older now.
                _older = new Cursor(oldest.SentAt, oldest.Id).ToString();
            }
        }
        else
        {
            _messages = [.. (await Threads.PageAsync(Caller, ConversationId, before: null, Threads.PageSize, Gone))!.Items.Reverse()];
        }

        await ReadEventsAsync();
    }

    /// <summary>There is none, or it was handed to where this agent may not look: nothing of it stays on the screen, nothing more is heard of it.</summary>
    private void Leave()
    {
        Unwatch(Topics.Conversation(Caller.TenantId, ConversationId));
        (_missing, _row, _messages, _events, _drafts) = (true, null, null, [], []);
    }

    private async Task ReadEventsAsync()
        => _events = await Facts.EventsAsync(Caller, ConversationId, _older is null || _messages is not [var first, ..] ? DateTime.UnixEpoch : first.SentAt, Gone);

    private Task AssignAsync() => TryAsync(() => States.AssignAsync(Caller, ConversationId, Caller.UserId, Gone));

    private void Transfer() => _transferring = true;

    private void Transferred() => _transferring = false;

    private void ShowHistory(MessageRow message) => _history = message.Id;

    private void HistoryShown() => _history = null;

    private void ChooseTemplate() => (_choosesTemplate, _said) = (true, null);

    private void SayByTemplate(MessageRow message) => (_choosesTemplate, _said) = (true, message.Text);

    private void TemplateChosen() => _choosesTemplate = false;

    // As it stands when the form is opened: what is said of the sender does not change while they type.
    private void Compose(Extra extra) => (_extra, _asPerson) = (extra, IsForPersons);

    private void Composed() => _extra = null;

    private Task CloseAsync() => TryAsync(() => States.CloseAsync(Caller, ConversationId, Gone));

    private Task ReopenAsync() => TryAsync(() => States.ReopenAsync(Caller, ConversationId, Gone));

    private async Task AgainAsync(MessageRow message)
    {
        var maybe = message.Status == MessageStatus.Unknown;
        if (!maybe || await Dialogs.ConfirmAsync(Text["again title"], Text["again text"], Text["again yes"], Text["again no"], danger: false))
        {
            await TryAsync(() => Outbox.RetryAsync(Caller, message.Id, allowUnknown: maybe, Gone));
        }
    }
}
