using System.Globalization;
using Inbox.Data;
using Inbox.Shell.Ui;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Components;

namespace Inbox.Audit;

/// <summary>The audit trail of a business. The filters are the address, so that a view can be sent to a colleague.</summary>
public sealed partial class AuditPage
{
    private const int PageSize = 50;
    private const int MostShown = 20;
    private const string KeyPrefix = "key-";
    private const string QueryText = "q";

    private readonly CancellationTokenSource _gone = new();

    private List<AuditEvent>? _rows;
    private string? _next;
    private long? _open;
    private AuditReport? _report;
    private bool _verifying;
    private IReadOnlyList<AuditActor> _actors = [];
    private IReadOnlyList<string> _actions = [];

    [CascadingParameter]
    private ZonedTime Times { get; set; } = ZonedTime.Utc;

    [SupplyParameterFromQuery(Name = "actor")]
    private string? Actor { get; set; }

    [SupplyParameterFromQuery(Name = "action")]
    private string? Action { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? To { get; set; }

    [SupplyParameterFromQuery(Name = "object_type")]
    private string? ObjectType { get; set; }

    [SupplyParameterFromQuery(Name = "object_id")]
    private string? ObjectId { get; set; }

    [SupplyParameterFromQuery(Name = QueryText)]
    private string? Text { get; set; }

    private AuditFilter Filter => new(ActorId, Action, ObjectType, ObjectId, StartOf(From, 0), StartOf(To, 1), ActorKind, Text);

    /// <summary>The address names a person by a number and a key by <c>key-</c> and a number.</summary>
    private CallerKind? ActorKind => Actor?.StartsWith(KeyPrefix, StringComparison.Ordinal) == true ? CallerKind.Key : null;

    private long? ActorId => long.TryParse(ActorKind is null ? Actor : Actor![KeyPrefix.Length..], CultureInfo.InvariantCulture, out var id) ? id : null;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        (_actors, _actions) = await Rows.ChoicesAsync(Caller.Value, _gone.Token);
        await LoadAsync();
    }

    /// <summary>Known actions and objects as people read them: <c>api_key.created</c> is "api key created".</summary>
    private static string Words(string action) => action.Replace('.', ' ').Replace('_', ' ');

    private static string Value(AuditActor actor) => string.Create(CultureInfo.InvariantCulture, $"{(actor.Kind == CallerKind.Key ? KeyPrefix : "")}{actor.Id}");

    private async Task LoadAsync()
    {
        var page = await Rows.PageAsync(Caller.Value, Filter, null, PageSize, _gone.Token);
        (_rows, _next, _open) = ([.. page.Items], page.NextCursor, null);
    }

    private async Task MoreAsync()
    {
        var page = await Rows.PageAsync(Caller.Value, Filter, _rows![^1].Sequence, PageSize, _gone.Token);
        _rows.AddRange(page.Items);
        _next = page.NextCursor;
    }

    private async Task VerifyAsync()
    {
        _verifying = true;
        StateHasChanged();
        try
        {
            _report = await Verification.CheckAsync(Caller.Value, _gone.Token);
            await LoadAsync();
        }
        finally
        {
            _verifying = false;
        }
    }

    private void Narrow(string filter, string? value)
        => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(filter.ToLowerInvariant(), value is { Length: > 0 } ? value : null));

    private void ShowObject(AuditEvent row)
        => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["object_type"] = row.ObjectType, ["object_id"] = row.ObjectId }));

    private void ClearObject()
        => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["object_type"] = null, ["object_id"] = null }));

    private string ExportAddress(string format)
        => Navigation.GetUriWithQueryParameters("/api/v1/audit/export", new Dictionary<string, object?>
        {
            ["format"] = format,
            ["actor_id"] = ActorId,
            ["actor_kind"] = ActorKind is null ? null : "key",
            ["action"] = Action,
            ["object_type"] = ObjectType,
            ["object_id"] = ObjectId,
            ["from"] = Iso(StartOf(From, 0)),
            ["to"] = Iso(StartOf(To, 1)),
            [QueryText] = Text,
        });

    private static string? Iso(DateTime? time) => time?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The first moment of a day in the business's zone, so many days later.</summary>
    private DateTime? StartOf(string? day, int later)
        => DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 1900 and < 9999
            ? Times.StartOf(date.AddDays(later))
            : null;
}
