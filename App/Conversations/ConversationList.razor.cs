using Inbox.Data;
using Inbox.Realtime;
using Inbox.Shell.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Inbox.Conversations;

/// <summary>The list pane: pages by key that grow while scrolling, read again as a whole when something changed.</summary>
public sealed partial class ConversationList
{
    private const int PageRows = 50;

    // Closer changes share one read: at fifty messages a second a screen still reads three times a second.
    private static readonly TimeSpan ReadAtMostEvery = TimeSpan.FromMilliseconds(300);
    private static readonly string[] StatusWords = ["open", "closed", "spam", "any"];

    private const int MostPicked = 1000;

    private readonly ListArrangement _arrangement = new();
    private readonly ListSelection _selection = new();
    private ElementReference _list;
    private ConversationFilter? _shown;
    private IReadOnlyList<Target> _departments = [];
    private IReadOnlyList<string> _tags = [];
    private EventCallback<(long Id, bool Range)> _pick;
    private string? _next;
    private BrowserModule? _scroll;
    private DotNetObjectReference<ConversationList>? _self;

    [Parameter, EditorRequired]
    public required InboxAddress Address { get; set; }

    /// <summary>The open conversation's row, else the first: one stop for the Tab key, however long the list is.</summary>
    private long? TabStop => _arrangement.Rows switch
    {
        null or [] => null,
        var rows => rows.Any(line => line.Row.Id == Address.ConversationId) ? Address.ConversationId : rows[0].Row.Id,
    };

    protected override async Task OnInitializedAsync()
    {
        Watch(Topics.Agent(Caller.TenantId, Caller.UserId ?? 0), ReadAsync, ReadAtMostEvery);
        _pick = EventCallback.Factory.Create<(long Id, bool Range)>(this, Pick);
        _departments = await Targets.DepartmentsAsync(Caller, Gone);
        _tags = Caller.May(LabelPermissions.ReadTags) ? [.. (await Tags.ListAsync(Caller, Gone)).Where(tag => !tag.IsArchived || tag.Uses > 0).Select(tag => tag.Name)] : [];
    }

    protected override async Task OnParametersSetAsync()
    {
        _arrangement.Open = Address.ConversationId;
        if (_shown != Address.Filter)
        {
            _shown = Address.Filter;
            _selection.End();
            _arrangement.Clear();
            _next = null;
            await ReadAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _scroll = new BrowserModule(Js);
            await _scroll.StartAsync(Assets["js/list-scroll.js"], "watch", Gone, _list, _self);
        }
    }

    /// <summary>The end of the list is near.</summary>
    [JSInvokable]
    public async Task LoadMoreAsync()
    {
        if (_next is { } cursor && _shown is { } filter)
        {
            var page = await Lists.PageAsync(Caller, filter, Cursor.Parse(cursor), PageRows, Gone);
            if (cursor == _next && filter == _shown)
            {
                _arrangement.Append(page.Items);
                _next = page.NextCursor;
                StateHasChanged();
            }
        }
    }

    /// <summary>The pointer rests on the list, or left it: rows do not move under it.</summary>
    [JSInvokable]
    public void HoldAsync(bool held)
    {
        _arrangement.Held = held;
        StateHasChanged();
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

    private async Task ReadAsync()
    {
        WatchInbox(ReadAsync, ReadAtMostEvery);
        var filter = Address.Filter;
        var rows = Math.Clamp(_arrangement.Count, PageRows, ConversationLists.MostRows);
        var page = await Lists.PageAsync(Caller, filter, after: null, rows, Gone);
        if (filter != Address.Filter)
        {
            return;
        }

        var gone = _arrangement.OpenLeaves(page.Items) ? await Lists.FindAsync(Caller, Address.ConversationId!.Value, Gone) : null;
        _arrangement.Take(page.Items, gone, complete: page.NextCursor is null);
        if (_arrangement.Count <= rows)
        {
            _next = page.NextCursor;
        }
    }

    private void Pick((long Id, bool Range) picked)
        => _selection.Toggle(picked.Id, picked.Range, [.. (_arrangement.Rows ?? []).Select(line => line.Row.Id)]);

    private async Task PickAllAsync() => _selection.Pick(await Lists.IdsAsync(Caller, Address.Filter, MostPicked, Gone));

    private void EndSelection() => _selection.End();

    private void ShowNew() => _arrangement.Held = false;

    private void Search(ChangeEventArgs typed)
        => Navigation.NavigateTo((Address with { Text = string.IsNullOrWhiteSpace((string?)typed.Value) ? null : ((string)typed.Value).Trim() }).ToString());

    private void ChooseDepartment(ChangeEventArgs chosen)
        => Navigation.NavigateTo((Address with { DepartmentId = long.TryParse((string?)chosen.Value, out var id) ? id : null }).ToString());

    private void ChooseTag(ChangeEventArgs chosen)
        => Navigation.NavigateTo((Address with { Tag = chosen.Value is string { Length: > 0 } name ? name : null }).ToString());

    private void ChooseStatus(ChangeEventArgs chosen)
        => Navigation.NavigateTo(Address.WithStatus((string?)chosen.Value ?? "open").ToString());
}
