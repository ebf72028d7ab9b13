using Inbox.Tenancy;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Inbox.Access.Rights;

/// <summary>
/// A circuit keeps the principal of the moment it was opened, for hours. This looks every two seconds, and at once when
/// this process changed something, whether the session still stands and what it may do. When it has ended, the page leads
/// to sign-in; when rights changed, the page is judged again.
/// </summary>
internal sealed partial class CircuitSession : ServerAuthenticationStateProvider, IDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Callers _callers;
    private readonly BusinessGate _gate;
    private readonly AccessChanges _changes;
    private readonly CurrentCaller _current;
    private readonly CurrentTenant _tenant;
    private readonly ILogger<CircuitSession> _log;
    private CancellationTokenSource _watching = new();

    public CircuitSession(Callers callers, BusinessGate gate, AccessChanges changes, CurrentCaller current, CurrentTenant tenant, ILogger<CircuitSession> log)
    {
        (_callers, _gate, _changes, _current, _tenant, _log) = (callers, gate, changes, current, tenant, log);
        AuthenticationStateChanged += state => _ = WatchAsync(state, Restart());
    }

    public void Dispose()
    {
        _watching.Cancel();
        _watching.Dispose();
    }

    private CancellationToken Restart()
    {
        _watching.Cancel();
        _watching.Dispose();
        _watching = new CancellationTokenSource();
        return _watching.Token;
    }

    private async Task WatchAsync(Task<AuthenticationState> state, CancellationToken gone)
    {
        var principal = (await state).User;
        if (SessionClaims.Of(principal) is not { } session)
        {
            return;
        }

        using var raised = new SemaphoreSlim(0);
        using var watch = _changes.Watch(session.UserId, () => Release(raised));
        while (!gone.IsCancellationRequested)
        {
            try
            {
                await raised.WaitAsync(Interval, gone);
                var caller = await _callers.FindAsync(principal, gone);
                caller = caller is null ? null : (await _gate.PassAsync(caller, gone)).Caller;
                if (Changed(caller) is { } changed)
                {
                    SetAuthenticationState(Task.FromResult(new AuthenticationState(changed ? principal : new())));
                    return;
                }
            }
            catch (OperationCanceledException) when (gone.IsCancellationRequested)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;   // the process ends
            }
            catch (Exception error)
            {
                LookFailed(error);   // the database may be away; then nothing can be read here either
            }
        }
    }

    /// <returns>Null when all is as before; false when the session has ended.</returns>
    private bool? Changed(Caller? caller)
    {
        var before = _current.Value;
        _current.Value = caller ?? Caller.Nobody;
        _tenant.Use(_current.Value.TenantId);
        return caller is null ? false : Same(before, caller) ? null : true;
    }

    private static bool Same(Caller one, Caller other)
        => ReferenceEquals(one, other)
            || (one.IsSuperAdmin == other.IsSuperAdmin && one.Name == other.Name && one.TenantId == other.TenantId && one.Support == other.Support && one.ViewsAs == other.ViewsAs && SameRights(one, other));

    private static bool SameRights(Caller one, Caller other)
        => one.Rights.Count == other.Rights.Count && one.Rights.All(right => other.ScopeOf(right.Key) == right.Value) && one.Departments.SetEquals(other.Departments);

    private static void Release(SemaphoreSlim raised)
    {
        try
        {
            raised.Release();
        }
        catch (ObjectDisposedException)
        {
            // the page closed at this moment
        }
    }

    [LoggerMessage(LogLevel.Warning, "A page's session could not be looked at")]
    private partial void LookFailed(Exception error);
}
