using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Inbox.Access;
using Inbox.Access.Http;
using Inbox.Channels.Health;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Channels;

public static class ChannelEndpoints
{
    public static void MapChannels(this IEndpointRouteBuilder app)
    {
        var channels = app.MapGroup("/api/v1/channels").WithTags("Channels").RequireAuthorization(ChannelPermissions.Read).Refuses("unauthorized", "forbidden", "rate_limited");

        channels.MapGet("/", ListAsync).WithSummary("Lists the connected channels");
        channels.MapGet("/health", HealthAsync).WithSummary("Shows how each channel does: circuit, success, time to answer, what waits");
        channels.MapGet("/{id:long}", FindAsync).WithSummary("Shows a channel").Refuses("channel_not_found");
        channels.MapGet("/{id:long}/events", EventsAsync).WithSummary("Lists what the platform told of the account, newest first: warnings, limits, comments").Refuses("channel_not_found", "invalid_cursor", "invalid_value");
        channels.MapPost("/", ConnectAsync).WithSummary("Connects a channel").RequireAuthorization(ChannelPermissions.Write)
            .Refuses("invalid_body", "channel_exists", "account_exists", "invalid_value");
        channels.MapPut("/{id:long}", ChangeAsync).WithSummary("Changes a channel; credentials that are left out stay")
            .RequireAuthorization(ChannelPermissions.Write).Refuses("invalid_body", "channel_not_found", "account_exists", "changed_meanwhile", "version_stale", "invalid_value", "reauthentication_required");
        channels.MapPost("/{id:long}/test", TestAsync).WithSummary("Asks the platform how the account stands, and makes an ended subscription again")
            .RequireAuthorization(ChannelPermissions.Write).Refuses("channel_not_found", "unsupported_by_channel");
        channels.MapDelete("/{id:long}", RemoveAsync).WithSummary("Removes a channel; its conversations stay")
            .RequireAuthorization(ChannelPermissions.Write).Refuses("channel_not_found", "reauthentication_required");
    }

    private static async Task<Ok<ListOf<ChannelView>>> ListAsync(Caller caller, Connections connections, PublicAddress address, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<ChannelView>([.. (await connections.ListAsync(caller, cancellation)).Select(channel => ChannelView.Of(channel, address))], null));

    private static async Task<Ok<ListOf<ChannelHealthRow>>> HealthAsync(Caller caller, ChannelHealth health, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<ChannelHealthRow>(await health.ListAsync(caller, cancellation), null));

    private static async Task<Ok<ListOf<ChannelEventView>>> EventsAsync(
        long id, Caller caller, ChannelEvents events, CancellationToken cancellation, [Range(1, Paging.MostRows)] int limit = 50, string? cursor = null)
    {
        var page = await events.PageAsync(caller, id, Paging.After(cursor), Paging.Limit(limit), cancellation);
        return TypedResults.Ok(new ListOf<ChannelEventView>([.. page.Items.Select(ChannelEventView.Of)], page.NextCursor));
    }

    private static async Task<Ok<AccountCheckView>> TestAsync(long id, Caller caller, AccountChecks checks, CancellationToken cancellation)
        => TypedResults.Ok(AccountCheckView.Of(await checks.CheckAsync(caller, id, cancellation)));

    private static async Task<WithVersion<Created<ChannelView>>> ConnectAsync(Body<ConnectRequest> body, Caller caller, Connections connections, PublicAddress address, CancellationToken cancellation)
    {
        var connect = body.Value;
        var channel = await connections.ConnectAsync(
            caller, new Connecting(connect.Kind, connect.Name, connect.ExternalId, Values(connect.Credentials, connect.Settings), connect.DepartmentId, connect.Sandbox), cancellation);
        return TypedResults.Created($"/api/v1/channels/{channel.Id}", ChannelView.Of(channel, address)).WithVersion(channel.Version);
    }

    private static async Task<WithVersion<Ok<ChannelView>>> FindAsync(long id, Caller caller, Connections connections, PublicAddress address, CancellationToken cancellation)
        => Answer(await connections.FindAsync(caller, id, cancellation), address);

    private static async Task<WithVersion<Ok<ChannelView>>> ChangeAsync(
        long id, IfMatch match, Body<ChannelChange> body, Caller caller, Connections connections, PublicAddress address, CancellationToken cancellation)
    {
        var change = body.Value;
        var edit = new ChannelEdit(change.Name, change.IsActive, change.DepartmentId, change.ReadReceipts, change.ExternalId);
        return Answer(await connections.ChangeAsync(caller, id, edit, Values(change.Credentials, change.Settings), cancellation, match.Check), address);
    }

    private static WithVersion<Ok<ChannelView>> Answer(Channel channel, PublicAddress address)
        => TypedResults.Ok(ChannelView.Of(channel, address)).WithVersion(channel.Version);

    private static async Task<NoContent> RemoveAsync(long id, Caller caller, Connections connections, CancellationToken cancellation)
    {
        await connections.RemoveAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }

    private static Dictionary<string, JsonElement> Values(params Dictionary<string, JsonElement>?[] parts)
    {
        var values = new Dictionary<string, JsonElement>();
        foreach (var (name, value) in parts.OfType<Dictionary<string, JsonElement>>().SelectMany(part => part))
        {
            values[name] = value;
        }

        return values;
    }
}

/// <param name="Credentials">Written, never read back.</param>
/// <param name="DepartmentId">Where conversations that begin here go at once.</param>
/// <param name="Sandbox">At the built-in stand-in of the platform, which makes up the account and its credentials.</param>
public sealed record ConnectRequest(
    [property: Required] string Kind,
    [property: Required, StringLength(80)] string Name,
    string? ExternalId = null,
    Dictionary<string, JsonElement>? Credentials = null,
    Dictionary<string, JsonElement>? Settings = null,
    [property: Range(0, long.MaxValue)] long? DepartmentId = null,
    bool Sandbox = false);

/// <param name="DepartmentId">Where conversations that begin here go at once; 0: to no department.</param>
/// <param name="ReadReceipts">Customers see that their messages were read and that somebody writes, where the platform shows such.</param>
/// <param name="ExternalId">The platform's id of the account, to correct it while nothing came in by it and it was never seen to be right.</param>
public sealed record ChannelChange(
    [property: StringLength(80)] string? Name = null,
    bool? IsActive = null,
    Dictionary<string, JsonElement>? Credentials = null,
    Dictionary<string, JsonElement>? Settings = null,
    [property: Range(0, long.MaxValue)] long? DepartmentId = null,
    bool? ReadReceipts = null,
    [property: StringLength(Channel.LongestExternalId)] string? ExternalId = null);

/// <param name="Ok">Nothing is wrong.</param>
/// <param name="Title">What customers see: a number, a name.</param>
/// <param name="Problem">What is wrong, in words.</param>
/// <param name="Subscribed">The platform tells us what happens; null where it did not say.</param>
/// <param name="TokenEndsAt">Null: never, or not told.</param>
public sealed record AccountCheckView(bool Ok, string? Title, string? Problem, bool? Subscribed, DateTime? TokenEndsAt)
{
    public static AccountCheckView Of(AccountCheck check) => new(check.Problem is null, check.Title, check.Problem, check.IsSubscribed, check.TokenEndsAt);
}

/// <param name="Field">The platform's word for what happened.</param>
/// <param name="Says">In words; null where there are none for it.</param>
/// <param name="Kind">neutral, warning or better; null where there are no words.</param>
/// <param name="Content">The platform's JSON; null where it is about a person, and for who may not see addresses.</param>
public sealed record ChannelEventView(long Id, DateTime At, string Field, string? Says, string? Kind, JsonElement? Content)
{
    public static ChannelEventView Of(ChannelEventRow row)
        => new(row.Id, row.At, row.Field, row.Says, row.Kind, row.Content is { } content ? JsonElement.Parse(content) : null);
}

/// <summary>A channel without its secrets.</summary>
/// <param name="Quality">How the platform rates what it sends: green, yellow or red; null where it says nothing of it.</param>
/// <param name="DailyLimit">How many people it may begin to write to within a day: a number, or unlimited; null where the platform says nothing of it.</param>
/// <param name="Warning">What the platform last warned of and did not take back.</param>
/// <param name="TokenEndsAt">When the access token ends; null: never, or not told.</param>
/// <param name="WebhookUrl">What to type in at the platform.</param>
public sealed record ChannelView(
    long Id, string Kind, string Name, string ExternalId, JsonElement Settings, bool Sandbox, bool IsActive, string? StoppedReason, string? Quality, string? DailyLimit, string? Warning, DateTime? TokenEndsAt,
    long? DepartmentId, bool ReadReceipts, string WebhookUrl, DateTime CreatedAt)
{
    public static ChannelView Of(Channel channel, PublicAddress address)
        => new(channel.Id, channel.Kind, channel.Name, channel.ExternalId, JsonElement.Parse(channel.Settings), channel.IsSandbox, channel.IsActive, channel.StoppedReason, channel.Quality, channel.DailyLimit, channel.Warning, channel.TokenEndsAt, channel.DepartmentId, channel.ReadReceipts,
            address.Of($"/webhooks/{channel.Kind}"), channel.CreatedAt);
}
