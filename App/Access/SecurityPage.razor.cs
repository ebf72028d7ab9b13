using Inbox.Access.Factors;
using Inbox.Access.Sessions;
using Microsoft.AspNetCore.Components;

namespace Inbox.Access;

public sealed partial class SecurityPage
{
    private string _current = "";
    private string _wanted = "";
    private string _code = "";
    private bool _addsPasskey;
    private FactorState? _state;
    private NewFactor? _new;
    private IReadOnlyList<string>? _codes;
    private IReadOnlyList<PasskeyRow> _passkeys = [];
    private IReadOnlyList<Session> _sessions = [];

    /// <summary><c>factor</c>: a business that the person wanted to enter asks for one; <c>passkey</c>: it asks for theirs.</summary>
    [SupplyParameterFromQuery(Name = "needed")]
    private string? Needed { get; set; }

    protected override async Task OnInitializedAsync() => await LoadAsync();

    private async Task LoadAsync()
    {
        _state = await Factor.StateAsync(Caller.Value, CancellationToken.None);
        _passkeys = await Passkeys.ListAsync(Caller.Value, CancellationToken.None);
        _sessions = await Sessions.ListAsync(Caller.Value, CancellationToken.None);
    }

    private Task ChangeAsync() => TryAsync(async () =>
    {
        await Passwords.ChangeAsync(Caller.Value, _current, _wanted, CancellationToken.None);
        (_current, _wanted) = ("", "");
        Toasts.Done(Text["password changed"]);
        await LoadAsync();
    });

    private Task BeginAsync() => TryAsync(async () => _new = await Factor.BeginAsync(Caller.Value, CancellationToken.None));

    private Task ConfirmAsync() => TryAsync(async () =>
    {
        _codes = await Factor.ConfirmAsync(Caller.Value, _code, CancellationToken.None);
        (_new, _code) = (null, "");
        await LoadAsync();
    });

    private Task NewCodesAsync() => TryAsync(async () =>
    {
        _codes = await Factor.NewCodesAsync(Caller.Value, CancellationToken.None);
        await LoadAsync();
    });

    private async Task SwitchOffAsync()
    {
        if (await Dialogs.ConfirmAsync(Text["switch off"], Text["switch off sure"], Text["switch off"], Text["cancel"]))
        {
            await TryAsync(async () =>
            {
                await Factor.RemoveAsync(Caller.Value, CancellationToken.None);
                await LoadAsync();
            });
        }
    }

    private Task AddPasskeyAsync() => TryAsync(async () =>
    {
        await Proofs.RequireFactorAsync(Caller.Value, CancellationToken.None);
        _addsPasskey = true;
    });

    private Task RemoveAsync(PasskeyRow key) => TryAsync(async () =>
    {
        await Passkeys.RemoveAsync(Caller.Value, key.Id, CancellationToken.None);
        await LoadAsync();
    });

    private Task EndAsync(Session session) => TryAsync(async () =>
    {
        await Sessions.EndAsync(Caller.Value, session.Id, CancellationToken.None);
        await LoadAsync();
    });

    private Task EndOthersAsync() => TryAsync(async () =>
    {
        await Sessions.EndAllAsync(Caller.Value, Origin.Session, CancellationToken.None);
        Toasts.Done(Text["others ended"]);
        await LoadAsync();
    });
}
