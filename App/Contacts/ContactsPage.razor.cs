using Inbox.Access.Http;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Components;

namespace Inbox.Contacts;

public sealed partial class ContactsPage
{
    private const int PageRows = 50;

    private readonly HashSet<long> _picked = [];
    private ContactFilter? _shown;
    private bool _all;
    private int _count, _at, _total;
    private List<ContactRow>? _rows;
    private IReadOnlyList<TagWord> _tags = [];
    private string? _next;
    private ContactRow? _of;
    private (ContactRow One, ContactRow Other)? _merging;
    private bool _editing;
    private int _round;

    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    [SupplyParameterFromQuery]
    public string? Tag { get; set; }

    /// <summary>A kind of channel.</summary>
    [SupplyParameterFromQuery]
    public string? Channel { get; set; }

    /// <summary>blocked or out.</summary>
    [SupplyParameterFromQuery]
    public string? State { get; set; }

    private ContactFilter Filter => new ContactQuery { Q = Q?.Cut(200), Tag = Tag?.Cut(200), Channel = Channel?.Cut(200), Blocked = State == "blocked" ? true : null, OptedOut = State == "out" ? true : null }.Filter();

    private bool IsNarrowed => Filter != new ContactFilter();

    private int Chosen => _all ? _count : _picked.Count;

    private bool Busy => _total > 0;

    protected override async Task OnParametersSetAsync()
    {
        if (_shown != Filter)
        {
            _shown = Filter;
            PickNone();
            _rows = null;
        }

        _tags = await Lists.TagsAsync(Caller.Value, default);
        await LoadAsync();
    }

    private bool May(string permission) => Caller.Value.May(permission);

    private string Titled(ContactRow row) => row.Called ?? Say["Visitor {0}", row.Id];

    private static string? SecondLine(ContactRow row)
        => row.Contact.Name is null ? row.Contact.Phone is null ? null : row.Contact.Email : row.Contact.Phone is { } phone ? $"+{phone}" : row.Contact.Email;

    private async Task LoadAsync()
    {
        var page = await Lists.PageAsync(Caller.Value, Filter, null, Math.Clamp(_rows?.Count ?? 0, PageRows, Paging.MostRows), default);
        (_rows, _next) = ([.. page.Items], page.NextCursor);
        _picked.IntersectWith(_rows.Select(row => row.Id));
    }

    private async Task MoreAsync()
    {
        var page = await Lists.PageAsync(Caller.Value, Filter, Cursor.Parse(_next), PageRows, default);
        _rows!.AddRange(page.Items);
        _next = page.NextCursor;
    }

    private void Narrow(string name, string? value) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, string.IsNullOrEmpty(value) ? null : value));

    /// <summary>The file of the chosen ones, or of all that the list shows.</summary>
    private string ExportOf(IReadOnlyCollection<long>? ids) => Navigation.GetUriWithQueryParameters("/api/v1/contacts/export", new Dictionary<string, object?>
    {
        ["q"] = Q,
        ["tag"] = Tag,
        ["channel"] = Channel,
        ["blocked"] = State == "blocked" ? true : null,
        ["opted_out"] = State == "out" ? true : null,
        ["ids"] = ids is null ? null : string.Join(',', ids),
    });

    private void Pick(long id)
    {
        if (_all)
        {
            // All but this one of those that are on the screen.
            (_all, _count) = (false, 0);
            _picked.UnionWith(_rows!.Select(row => row.Id));
        }

        if (!_picked.Remove(id))
        {
            _picked.Add(id);
        }
    }

    private void PickShown(ChangeEventArgs picked)
    {
        PickNone();
        if (picked.Value is true)
        {
            _picked.UnionWith(_rows!.Select(row => row.Id));
        }
    }

    private async Task PickAllAsync() => (_count, _all) = (await Lists.CountAsync(Caller.Value, Filter, default), true);

    private void PickNone()
    {
        (_all, _count) = (false, 0);
        _picked.Clear();
    }

    private void Edit(ContactRow? row) => (_editing, _of) = (true, row);

    private void MergePicked()
        => _merging = _rows!.Where(row => _picked.Contains(row.Id)).OrderBy(row => row.Id).ToList() is [var one, var other] ? (one, other) : null;

    private async Task SavedAsync()
    {
        _editing = false;
        Toasts.Done(Say["Saved"]);
        await LoadAsync();
    }

    private async Task MergedAsync((long Into, long Merge) done)
    {
        _merging = null;
        _picked.Clear();
        Toasts.Undo(Say["Merged: addresses, conversations, notes and tags are one contact's now"], async () =>
        {
            await TryAsync(() => Merges.UndoAsync(Caller.Value, done.Into, done.Merge, default));
            await InvokeAsync(StateHasChanged);
        });
        await LoadAsync();
    }

    private Task TagAsync(ChangeEventArgs chosen, bool adds)
        => chosen.Value is not string { Length: > 0 } tag ? Task.CompletedTask
            : adds ? ChangeAsync(new ContactBatch(AddTags: [tag]), done => Say["{0} contacts have the tag {1}", done, tag])
            : ChangeAsync(new ContactBatch(RemoveTags: [tag]), done => Say["{0} contacts are without the tag {1}", done, tag]);

    private async Task BlockAsync(bool blocks)
    {
        if (!blocks || await Dialogs.ConfirmAsync(Say["Block {0} contacts?", Chosen], Say["What they write is kept in spam, nobody is told, and nothing is sent to them."], Say["Block"], Say["Cancel"]))
        {
            await ChangeAsync(new ContactBatch(Blocked: blocks), done => Say[blocks ? "{0} contacts are blocked" : "{0} contacts are let in again", done]);
        }
    }

    /// <summary>Changes the chosen ones, some hundreds at a time.</summary>
    private async Task ChangeAsync(ContactBatch change, Func<int, string> told)
    {
        (_at, _total) = (0, Chosen);
        List<ContactBatchResult> results = [];
        await TryAsync(async () =>
        {
            if (_all)
            {
                Cursor? after = null;
                do
                {
                    results.Add(await Batches.ChangeAsync(Caller.Value, Filter, after, change, default));
                    after = Cursor.Parse(results[^1].NextCursor);
                    Progress(results);
                }
                while (after is not null);
                return;
            }

            foreach (var some in _picked.ToArray().Chunk(ContactBatches.Most))
            {
                results.Add(await Batches.ChangeAsync(Caller.Value, some, change, default));
                Progress(results);
            }
        });
        (_total, _round) = (0, _round + 1);
        Tell(change, told, results);
    }

    private void Progress(List<ContactBatchResult> results)
    {
        _at = results.Sum(result => result.Done.Count + result.Refused.Count);
        StateHasChanged();
    }

    private void Tell(ContactBatch change, Func<int, string> told, List<ContactBatchResult> results)
    {
        var changed = results.SelectMany(result => result.Changed).ToArray();
        if (changed.Length > 0)
        {
            Toasts.Undo(told(results.Sum(result => result.Done.Count)), async () =>
            {
                foreach (var some in changed.Chunk(ContactBatches.Most))
                {
                    await TryAsync(() => Batches.ChangeAsync(Caller.Value, some, change.Back, default));
                }

                await InvokeAsync(StateHasChanged);
            });
        }
        else if (results.Exists(result => result.Done.Count > 0))
        {
            Toasts.Done(told(results.Sum(result => result.Done.Count)));
        }

        ContactRefusal[] refused = [.. results.SelectMany(result => result.Refused)];
        if (refused.Length > 0)
        {
            Toasts.Failed(Say["{0} were left as they are: {1}", refused.Length, string.Join(' ', refused.Select(one => one.Detail).Distinct())]);
        }
    }

    private async Task BlockAsync(ContactRow row)
    {
        var blocks = row.Contact.BlockedAt is null;
        if (!blocks || await Dialogs.ConfirmAsync(Say["Block {0}?", Titled(row)], Say["What they write is kept in spam, nobody is told, and nothing is sent to them."], Say["Block"], Say["Cancel"]))
        {
            await TryAsync(() => Consents.BlockAsync(Caller.Value, row.Id, blocks, default));
        }
    }

    private async Task RemoveAsync(ContactRow row)
    {
        if (await Dialogs.ConfirmAsync(Say["Delete {0}?", Titled(row)], Say["The conversations stay, and the contact is there again as soon as the person writes."], Say["Delete"], Say["Cancel"]))
        {
            await TryAsync(() => Edits.RemoveAsync(Caller.Value, row.Id, IfMatch.Any.Check, default));
        }
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception error) when (error is RefusedException or ForbiddenException)
        {
            Toasts.Failed(error.Message);
        }

        await LoadAsync();
    }
}
