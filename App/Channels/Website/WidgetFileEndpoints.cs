using System.Text.Json;
using System.Text.RegularExpressions;
using Inbox.Access.Http;
using Inbox.Access.Http.Idempotency;
using Inbox.Channels.Inbound;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Inbox.Channels.Website;

/// <summary>Files of the website chat, both ways.</summary>
internal static partial class WidgetFileEndpoints
{
    public static void Map(RouteGroupBuilder widget)
    {
        widget.MapPost("/attachments", AttachAsync).WithSummary("Takes a visitor's file as a message of its own; the same key is the same message").TakesNoIdempotencyKey()
            .Accepts<IFormFile>("multipart/form-data")
            .Refuses("invalid_body", "visitor_token_invalid", "invalid_value", "media_too_large", "media_type_refused", "quota_reached", "unsupported_media_type", "storage_unavailable");
        widget.MapGet("/files/{id:long}", LinkAsync).WithSummary("Gives a new link to a file of the visitor's thread, good for an hour").Refuses("visitor_token_invalid", "media_not_found");
    }

    private static async Task<Results<Accepted<WidgetAccepted>, ProblemHttpResult>> AttachAsync(
        HttpContext context, Visitors visitors, VisitorFiles files, VisitorForms forms, WidgetLimits limits, VisitorMessages messages, CancellationToken cancellation, [FromQuery(Name = "client_key")] string? clientKey = null)
    {
        var visitor = await WidgetEndpoints.VisitorAsync(context, visitors, limits, cancellation);
        if (clientKey is null || !ClientKey().IsMatch(clientKey))
        {
            throw new RefusedException("invalid_value", "client_key has 8 to 64 letters, digits and dashes.", StatusCodes.Status400BadRequest, "client_key");
        }

        var network = Network.Of(context.Connection.RemoteIpAddress);
        using var held = limits.File(visitor.Visitor.Key, network);
        var externalId = WebsiteChannel.ExternalId(visitor.Address.Value, clientKey);
        if (await files.IsHereAsync(visitor, externalId, cancellation))
        {
            return TypedResults.Accepted((string?)null, new WidgetAccepted(clientKey, "received"));
        }

        limits.Bytes(network, visitor.Channel.Id, Math.Min(context.Request.ContentLength ?? files.Largest, files.Largest));
        var form = await FilePart.ReadAsync(context.Request, files.Largest, cancellation);
        var answers = await forms.ReadAsync(visitor, form.Fields.TryGetValue("answers", out var given) ? Answers(given) : null, cancellation);
        var file = await files.WaitingAsync(visitor, externalId, cancellation) ?? await files.TakeAsync(visitor, externalId, form, cancellation);
        if (await messages.AcceptAsync(visitor, clientKey, null, new VisitorFile(file.Id, file.Kind, file.MimeType, file.FileName), answers))
        {
            return TypedResults.Accepted((string?)null, new WidgetAccepted(clientKey, "received"));
        }

        // The file stays for the repeat.
        return VisitorMessages.NotStored(context);
    }

    private static Dictionary<string, JsonElement> Answers(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, WebsiteJson.Default.DictionaryStringJsonElement) ?? [];
        }
        catch (JsonException)
        {
            throw new RefusedException("invalid_body", "answers is a JSON object by the keys of the form.", StatusCodes.Status400BadRequest, "answers");
        }
    }

    private static async Task<Ok<WidgetLink>> LinkAsync(
        long id, HttpContext context, Visitors visitors, ICustomerThreads threads, WidgetLimits limits, MediaLinks links, TimeProvider clock, CancellationToken cancellation)
    {
        var visitor = await WidgetEndpoints.VisitorAsync(context, visitors, limits, cancellation);
        var file = await threads.FileAsync(visitor.Channel, visitor.Address, id, cancellation) ?? throw RefusedException.NotFound("media");
        return TypedResults.Ok(new WidgetLink($"/{links.PathOf(visitor.Channel.TenantId, file.Id)}", (clock.GetUtcNow() + MediaLinks.Lasts).UtcDateTime));
    }

    [GeneratedRegex(@"^[A-Za-z0-9-]{8,64}\z")]
    private static partial Regex ClientKey();
}
