using Inbox.Access.Http;
using Inbox.Data;
using Inbox.Media;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Website;

/// <summary>The API of the website chat: public, checked by origin, limited, with a visitor's token.</summary>
public static class WidgetEndpoints
{
    private const int HistoryLimit = 100;
    private const int BodyLimit = 64 * 1024;

    private static readonly WebsiteChannel Kind = new();

    public static void MapWidget(this IEndpointRouteBuilder app)
    {
        var widget = app.MapGroup("/api/v1/widget").WithTags("Widget").AllowAnonymous().DisableAntiforgery()
            .DisableRateLimiting()   // WidgetLimits counts visitors
            .WithMetadata(new RequestSizeLimitMetadata(BodyLimit)).Refuses("origin_not_allowed", "rate_limited");

        WidgetOrigins.LetRead(widget);
        WidgetDemo.Map(app);
        WidgetSecrets.Map(app);
        WidgetPreview.Map(app);
        widget.MapMethods("/{**path}", [HttpMethods.Options], (Delegate)WidgetOrigins.PreflightAsync).ExcludeFromDescription();
        widget.MapGet("/{tenant}/settings", SettingsAsync).WithSummary("What the widget needs before it is opened").Refuses("widget_not_found");
        widget.MapPost("/{tenant}/sessions", StartAsync).WithSummary("Starts a visitor's session, or one of somebody whom the site vouches for")
            .Refuses("widget_not_found", "invalid_body", "invalid_value", "identity_not_verified");
        widget.MapGet("/messages", HistoryAsync).WithSummary("The visitor's messages, newest first").Refuses("visitor_token_invalid", "invalid_value");
        widget.MapPost("/messages", WriteAsync).WithSummary("Takes a visitor's message").Refuses("invalid_body", "visitor_token_invalid", "too_large", "invalid_value", "storage_unavailable");
        WidgetFileEndpoints.Map(widget);
        widget.MapGet("/stream", WidgetStream.FollowAsync).Produces<WidgetEvents>(200, "application/json", "text/event-stream").WithSummary("Server-sent events from Last-Event-ID, or with ?since= what came after").Refuses("visitor_token_invalid");
        widget.MapPost("/typing", TypeAsync).WithSummary("Tells the agents that the visitor writes").Refuses("invalid_body", "visitor_token_invalid");
        widget.MapPost("/read", ReadAsync).WithSummary("The visitor has seen all up to a message").Refuses("invalid_body", "visitor_token_invalid", "invalid_value");
        widget.MapPut("/visitor", NameAsync).WithSummary("The visitor tells who they are").Refuses("invalid_body", "visitor_token_invalid", "invalid_value");
    }

    private static async Task<Ok<WidgetSettings>> SettingsAsync(
        string tenant, HttpContext context, ChannelDirectory directory, CurrentTenant current, IDbContextFactory<InboxDb> dbs, Visitors visitors, ICustomerThreads threads, WidgetLimits limits, MediaLinks links, TimeProvider clock, CancellationToken cancellation)
    {
        var channel = await WidgetAsync(tenant, context, directory, cancellation);
        limits.Request(Network.Of(context.Connection.RemoteIpAddress));
        var settings = WebsiteSettings.Of(channel);
        var visitor = await visitors.FindAsync(Bearer(context), cancellation);
        var summary = visitor?.Channel.Id == channel.Id
            ? await threads.SummaryAsync(channel, visitor.Address, visitor.Visitor.Seen, cancellation)
            : new CustomerSummary(0, null);
        current.Use(channel.TenantId);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var facts = await WidgetFacts.ReadAsync(db, channel, settings, clock.GetUtcNow().UtcDateTime, cancellation);
        return TypedResults.Ok(new WidgetSettings(
            channel.Name, settings.Greeting, facts.Color, settings.Side, Kind.Capabilities.TextLimit, summary.Unread, summary.Last is null ? null : WidgetMessage.Of(summary.Last, links),
            facts.AgentsOnline, Kind.Capabilities.Files, facts.Languages, settings.Texts, settings.PreChat, settings.Articles, facts.Hours));
    }

    private static async Task<Created<WidgetSession>> StartAsync(
        string tenant, OptionalBody<WidgetSessionRequest> body, HttpContext context, ChannelDirectory directory, Visitors visitors, ICustomerThreads threads, WidgetLimits limits, CancellationToken cancellation)
    {
        var channel = await WidgetAsync(tenant, context, directory, cancellation);
        limits.Session(Network.Of(context.Connection.RemoteIpAddress));
        var session = body.Value is { UserId: { } userId } person ? await visitors.StartAsync(channel, userId, person.Hash, cancellation) : await visitors.StartAsync(channel, cancellation);
        if (body.Value is { } told && (told.Name ?? told.Email) is not null)
        {
            await visitors.NameAsync(session.Visitor.Visitor, told.Name, told.Email, cancellation);
            await threads.NameAsync(channel, session.Visitor.Address, told.Name, told.Email, cancellation);
        }

        // The key itself stays inside the token: it is the address of the contact. What a session opens is its thread.
        return TypedResults.Created("/api/v1/widget/messages", new WidgetSession(session.Token, $"v{session.Visitor.Visitor.Id}", session.ExpiresAt));
    }

    private static async Task<Ok<WidgetPage>> HistoryAsync(
        HttpContext context, Visitors visitors, ICustomerThreads threads, WidgetLimits limits, MediaLinks links, CancellationToken cancellation, long? before = null, int limit = 40)
    {
        var visitor = await VisitorAsync(context, visitors, limits, cancellation);
        var page = await threads.PageAsync(visitor.Channel, visitor.Address, before, Math.Clamp(limit, 1, HistoryLimit), cancellation);
        return TypedResults.Ok(new WidgetPage(
            [.. page.Items.Select(message => WidgetMessage.Of(message, links))],
            page.HasMore ? page.Items[^1].Id.ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
            page.Sequence,
            visitor.Visitor.Seen?.Id,
            visitor.Visitor.Seen?.At));
    }

    private static async Task<Results<Accepted<WidgetAccepted>, ProblemHttpResult>> WriteAsync(
        Body<WidgetWriting> body, HttpContext context, Visitors visitors, WidgetLimits limits, VisitorForms forms, VisitorMessages messages, CancellationToken cancellation)
    {
        var visitor = await VisitorAsync(context, visitors, limits, cancellation);
        limits.Message(visitor.Visitor.Key, Network.Of(context.Connection.RemoteIpAddress));
        var answers = await forms.ReadAsync(visitor, body.Value.Answers, cancellation);
        return await messages.AcceptAsync(visitor, body.Value.ClientKey, body.Value.Text, answers: answers)
            ? TypedResults.Accepted((string?)null, new WidgetAccepted(body.Value.ClientKey, "received"))
            : VisitorMessages.NotStored(context);
    }

    private static async Task<NoContent> TypeAsync(
        Body<WidgetTypingRequest> typing, HttpContext context, Visitors visitors, ICustomerThreads threads, Typing all, WidgetLimits limits, CancellationToken cancellation)
    {
        var visitor = await VisitorAsync(context, visitors, limits, cancellation);
        if (await threads.ConversationAsync(visitor.Channel, visitor.Address, cancellation) is { } conversation)
        {
            all.Set(visitor.Channel.TenantId, conversation, "customer", null, typing.Value.Active);
        }

        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ReadAsync(
        Body<WidgetReadRequest> read, HttpContext context, Visitors visitors, ICustomerThreads threads, WidgetLimits limits, CancellationToken cancellation)
    {
        var visitor = await VisitorAsync(context, visitors, limits, cancellation);
        if (await threads.ReadAsync(visitor.Channel, visitor.Address, read.Value.UpTo, cancellation) is { } seen)
        {
            await visitors.SeenAsync(visitor.Visitor, seen, cancellation);
        }

        return TypedResults.NoContent();
    }

    private static async Task<NoContent> NameAsync(
        Body<WidgetVisitorRequest> who, HttpContext context, Visitors visitors, ICustomerThreads threads, WidgetLimits limits, CancellationToken cancellation)
    {
        var visitor = await VisitorAsync(context, visitors, limits, cancellation);
        await visitors.NameAsync(visitor.Visitor, who.Value.Name, who.Value.Email, cancellation);
        await threads.NameAsync(visitor.Channel, visitor.Address, who.Value.Name, who.Value.Email, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Channel> WidgetAsync(string tenant, HttpContext context, ChannelDirectory directory, CancellationToken cancellation)
    {
        var channel = (await directory.ReadAsync(cancellation)).Of(WebsiteChannel.Key, tenant) is [{ IsActive: true } first, ..] ? first : throw RefusedException.NotFound("widget");
        WidgetOrigins.Check(context, channel);
        return channel;
    }

    /// <exception cref="RefusedException">visitor_token_invalid, origin_not_allowed, rate_limited.</exception>
    internal static async Task<CurrentVisitor> VisitorAsync(HttpContext context, Visitors visitors, WidgetLimits limits, CancellationToken cancellation)
    {
        if (await visitors.FindAsync(Bearer(context), cancellation) is not { } visitor)
        {
            throw new RefusedException("visitor_token_invalid", "The session has ended. Start a new one.", StatusCodes.Status401Unauthorized);
        }

        WidgetOrigins.Check(context, visitor.Channel);
        limits.Request(visitor.Visitor.Key);
        return visitor;
    }

    private static string? Bearer(HttpContext context)
        => context.Request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..] : null;

    private sealed class RequestSizeLimitMetadata(long bytes) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => bytes;
    }
}
