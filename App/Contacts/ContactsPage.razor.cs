using Inbox.Access.Http;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Components;

namespace Inbox.Contacts;

public sealed partial class ContactsPage
{
    private const int PageRows = 50;

    private readonly HashSet<long> _picked = [];
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

    /// <summary>blocked or out.</summary>
    [SupplyParameterFromQuery]
    public string? State { get; set; }

    private ContactFilter Filter => new ContactQuery { Q = Q?.Cut(200), Tag = Tag?.Cut(200), Blocked = State == "blocked" ? true : null, OptedOut = State == "out" ? true : null }.Filter();

    private bool IsNarrowed => Filter != new ContactFilter();

    private string ExportAddress => Navigation.GetUriWithQueryParameters("/api/v1/contacts/export", new Dictionary<string, object?>
    {
        ["q"] = Q,
        ["tag"] = Tag,
        ["blocked"] = State == "blocked" ? true : null,
        ["opted_out"] = State == "out" ? true : null,
    });

    protected override async Task OnParametersSetAsync()
    {
        _tags = await Lists.TagsAsync(Caller.Value, default);
        await LoadAsync();
    }

    private bool May(string permission) => Caller.Value.May(permission);

    private string Titled(ContactRow row) => row.Called ?? Say["Visitor {0}", row.Id];

    private static string? SecondLine(ContactRow row)
        => row.Contact.Name is null ? row.Contact.Phone is null ? null : row.Contact.Email : row.Contact.Phone is { } phone ? $"+{phone}" : row.Contact.Email;

    private async Task LoadAsync()
    {
        var page = await Lists.PageAsync(Caller.Value, Filter, null, PageRows, default);
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

    private void Pick(long id)
    {
        if (!_picked.Remove(id))
        {
            _picked.Add(id);
        }
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

    private Task TagAsync(ChangeEventArgs chosen)
        => chosen.Value is string { Length: > 0 } tag
            ? TryAsync(async () =>
            {
                foreach (var id in _picked)
                {
                    await Edits.ChangeAsync(Caller.Value, id, new ContactEdit { AddTags = [tag] }, IfMatch.Any.Check, default);
                }

                _round++;
                Toasts.Done(Say["{0} contacts have the tag {1}", _picked.Count, tag]);
            })
            : Task.CompletedTask;

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
