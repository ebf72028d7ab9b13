using System.Globalization;
using Inbox.Access.Factors;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Shell.Ui;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Components;

namespace Inbox.Access.People;

/// <summary>The people of the business. Presence changes without a word from anybody, so the page looks again now and then.</summary>
public sealed partial class TeamPage
{
    private const int Rows = 100;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<MemberRow>? _people;
    private IReadOnlyList<RoleRow> _roles = [];
    private IReadOnlyList<DepartmentRow> _departments = [];
    private IReadOnlyList<Invitation> _invitations = [];
    private string? _next;
    private string _search = "";
    private long? _department;
    private MemberStatus? _status;
    private bool _inviting;
    private MemberRow? _edited;
    private MemberRow? _removed;
    private string? _link;
    private (string Name, string Link)? _password;
    private (MemberRow Person, int Held, bool Removes)? _leaving;
    private Func<Task>? _waiting;

    [CascadingParameter]
    private ZonedTime Times { get; set; } = ZonedTime.Utc;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Passwords Passwords { get; set; } = null!;

    [Inject]
    private PasswordLinks PasswordLinks { get; set; } = null!;

    [Inject]
    private FactorResets FactorResets { get; set; } = null!;

    [Inject]
    private IHeldWork Work { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        var caller = Caller.Value;
        _roles = caller.May(PeoplePermissions.ReadRoles) ? await Roles.ListAsync(caller, _gone.Token) : [];
        _departments = caller.May(PeoplePermissions.ReadDepartments) ? await Departments.ListAsync(caller, _gone.Token) : [];
        await LoadAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _ = LookAgainAsync();
        }
    }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    private bool May(string permission) => Caller.Value.May(permission);

    private async Task LookAgainAsync()
    {
        using var timer = new PeriodicTimer(LookEvery, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                await InvokeAsync(async () =>
                {
                    await LoadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (Exception) when (_gone.IsCancellationRequested)
        {
            // the page closed while it read
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
    }

    /// <summary>As many as are shown, so that looking again takes nothing away.</summary>
    private async Task LoadAsync()
    {
        if (_gone.IsCancellationRequested)
        {
            return;
        }

        var page = await PageAsync(null, Math.Clamp(_people?.Count ?? 0, Rows, Paging.MostRows));
        (_people, _next) = (page.Items, page.NextCursor);
        _invitations = May(PeoplePermissions.Invite) ? await Invitations.ListAsync(Caller.Value, _gone.Token) : [];
    }

    private async Task MoreAsync()
    {
        var page = await PageAsync(Cursor.Parse(_next), Rows);
        (_people, _next) = ([.. _people ?? [], .. page.Items], page.NextCursor);
    }

    private Task<Page<MemberRow>> PageAsync(Cursor? after, int rows)
        => Lists.PageAsync(Caller.Value, new MemberFilter(_search, _status, _department), after, rows, _gone.Token);

    private Task SearchAsync(string typed)
    {
        _search = typed;
        return LoadAsync();
    }

    private Task InDepartmentAsync(ChangeEventArgs chosen)
    {
        _department = long.TryParse(chosen.Value as string, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        return LoadAsync();
    }

    private Task WithStatusAsync(ChangeEventArgs chosen)
    {
        _status = Enum.TryParse<MemberStatus>(chosen.Value as string, out var status) ? status : null;
        return LoadAsync();
    }

    private Task ClosedAsync()
    {
        (_inviting, _edited, _link, _password) = (false, null, null, null);
        return LoadAsync();
    }

    private Task SwitchAsync(MemberRow person)
        => person.IsActive ? AskToLeaveAsync(person, removes: false) : TryAsync(() => Members.ChangeAsync(Caller.Value, person.UserId, new MemberChange(IsActive: true), _gone.Token));

    private Task RemoveAsync(MemberRow person) => AskToLeaveAsync(person, removes: true);

    /// <summary>Asks who takes what the person has in hand; nothing is asked when that is nothing.</summary>
    private async Task AskToLeaveAsync(MemberRow person, bool removes)
    {
        var held = await Work.CountAsync(Caller.Value, person.UserId, _gone.Token);
        _leaving = (person, held, removes);
        if (held == 0)
        {
            await LeaveAsync(Successor.Nobody);
        }
    }

    private async Task LeaveAsync(Successor successor)
    {
        if (_leaving is not var (person, _, removes))
        {
            return;
        }

        _leaving = null;
        var left = await TryAsync(() => removes
            ? Members.RemoveAsync(Caller.Value, person.UserId, _gone.Token, successor)
            : Members.ChangeAsync(Caller.Value, person.UserId, new MemberChange(IsActive: false, Successor: successor), _gone.Token));
        if (left && removes)
        {
            _removed = person;
        }
    }

    private Task LinkAsync(MemberRow person)
        => TryAsync(async () =>
        {
            if (await Passwords.LinkForAsync(Caller.Value, person.UserId, _gone.Token) is { } path)
            {
                _password = (person.Name, PasswordLinks.IsWhole ? PasswordLinks.Whole(path) : new Uri(new Uri(Navigation.BaseUri), path).ToString());
            }
        });

    private async Task ResetFactorAsync(MemberRow person)
    {
        if (await Dialogs.ConfirmAsync(
            Say["Switch off the second factor of {0}?", person.Name],
            Say["For somebody who lost the phone and the recovery codes. {0} is signed out everywhere and enters with the password alone, until a new second factor is set up.", person.Name],
            Say["Switch off"], Say["Cancel"]))
        {
            await TryAsync(async () =>
            {
                await FactorResets.ResetAsync(Caller.Value, person.UserId, _gone.Token);
                Toasts.Done(Say["The second factor of {0} is off.", person.Name]);
            });
        }
    }

    private async Task UndoAsync()
    {
        if (_removed is { } person)
        {
            await RestoreAsync(person);
        }
    }

    private Task RestoreAsync(MemberRow person)
    {
        _removed = null;
        return TryAsync(() => Members.RestoreAsync(Caller.Value, person.UserId, _gone.Token));
    }

    private Task RenewAsync(Invitation invitation)
        => TryAsync(async () =>
        {
            var sent = await Invitations.RenewAsync(Caller.Value, invitation.Id, new Uri(Navigation.BaseUri), _gone.Token);
            _link = sent.Link;
            if (_link is null)
            {
                Toasts.Done(Say["The link went out to {0}.", invitation.Email]);
            }
        });

    private async Task RevokeAsync(Invitation invitation)
    {
        if (await Dialogs.ConfirmAsync(Say["Take the invitation back?"], Say["The link that {0} has leads nowhere any more.", invitation.Email], Say["Take back"], Say["Cancel"]))
        {
            await TryAsync(() => Invitations.RevokeAsync(Caller.Value, invitation.Id, _gone.Token));
        }
    }

    private Task GoOnAsync() => _waiting is { } act ? TryAsync(act) : Task.CompletedTask;

    private async Task<bool> TryAsync(Func<Task> act)
    {
        _waiting = null;
        try
        {
            await act();
            await LoadAsync();
            return true;
        }
        catch (RefusedException refused) when (refused.Code == "reauthentication_required")
        {
            _waiting = act;
        }
        catch (RefusedException refused)
        {
            Toasts.Failed(refused.Message);
        }
        catch (ForbiddenException)
        {
            Toasts.Failed(Say["You may not do this: it takes a right that you do not have."]);
        }

        return false;
    }
}
