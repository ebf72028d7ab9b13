using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Channels.Templates;

public static class TemplateEndpoints
{
    public static void MapTemplates(this IEndpointRouteBuilder app)
    {
        var templates = app.MapGroup("/api/v1/whatsapp/templates").WithTags("WhatsApp").RequireAuthorization(TemplatePermissions.Read).Refuses("unauthorized", "forbidden", "rate_limited");

        templates.MapGet("/", ListAsync).WithSummary("Lists the message templates as they were last read from the platform, newest first").Refuses("invalid_cursor", "invalid_value", "channel_not_found");
        templates.MapGet("/{id:long}", FindAsync).WithSummary("Shows a message template").Refuses("template_not_found");
        templates.MapPost("/", SubmitAsync).WithSummary("Hands in a message template for approval").RequireAuthorization(TemplatePermissions.Write)
            .Refuses("invalid_body", "invalid_value", "channel_not_found", "media_not_found", "templates_unsupported", "template_exists", "changed_meanwhile", "platform_refused", "platform_unavailable");
        templates.MapPost("/sync", SyncAsync).WithSummary("Reads all message templates from the platform").RequireAuthorization(TemplatePermissions.Write)
            .Refuses("invalid_body", "channel_not_found", "templates_unsupported", "changed_meanwhile", "platform_refused", "platform_unavailable");
        templates.MapDelete("/", RemoveByNameAsync).WithSummary("Removes a message template by its name, in one language or all").RequireAuthorization(TemplatePermissions.Write)
            .Refuses("invalid_value", "template_not_found", "channel_not_found", "platform_refused", "platform_unavailable");
        templates.MapDelete("/{id:long}", RemoveAsync).WithSummary("Removes one language of a message template, here and at the platform").RequireAuthorization(TemplatePermissions.Write)
            .Refuses("template_not_found", "channel_not_found", "platform_refused", "platform_unavailable");
    }

    private static async Task<Ok<ListOf<TemplateView>>> ListAsync(
        Caller caller, MessageTemplates templates, [AsParameters] TemplateQuery query, CancellationToken cancellation, [Range(1, Paging.MostRows)] int limit = 50, string? cursor = null)
    {
        var page = await templates.PageAsync(caller, query.Filter(), Paging.After(cursor), Paging.Limit(limit), cancellation);
        return TypedResults.Ok(new ListOf<TemplateView>([.. page.Items.Select(TemplateView.Of)], page.NextCursor));
    }

    private static async Task<Ok<TemplateView>> FindAsync(long id, Caller caller, MessageTemplates templates, CancellationToken cancellation)
        => TypedResults.Ok(TemplateView.Of(await templates.FindAsync(caller, id, cancellation)));

    private static async Task<Created<TemplateView>> SubmitAsync(Body<TemplateRequest> body, Caller caller, MessageTemplates templates, CancellationToken cancellation)
    {
        var (name, language, category, components, channelId, sample, cardSamples) = body.Value;
        var template = await templates.SubmitAsync(caller, channelId, new TemplateDraft(name, language, category.ToLowerInvariant(), components, sample, cardSamples), cancellation);
        return TypedResults.Created($"/api/v1/whatsapp/templates/{template.Id}", TemplateView.Of(template));
    }

    private static async Task<Ok<ListOf<SyncedAccount>>> SyncAsync(OptionalBody<SyncRequest> body, Caller caller, MessageTemplates templates, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<SyncedAccount>(await templates.SyncAsync(caller, body.Value?.ChannelId, cancellation), null));

    private static async Task<NoContent> RemoveByNameAsync(
        Caller caller, MessageTemplates templates, CancellationToken cancellation,
        [StringLength(MessageTemplate.LongestName)] string? name = null, [StringLength(MessageTemplate.LongestLanguage)] string? language = null)
    {
        var query = new TemplateQuery { Q = name, Language = language }.Filter();
        await templates.RemoveAsync(caller, query.Text ?? throw new RefusedException("invalid_value", "Say which: name.", StatusCodes.Status400BadRequest, "name"), query.Language, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RemoveAsync(long id, Caller caller, MessageTemplates templates, CancellationToken cancellation)
    {
        await templates.RemoveAsync(caller, id, cancellation);
        return TypedResults.NoContent();
    }
}

/// <param name="Name">Small letters, digits and underscores.</param>
/// <param name="Language">As the platform names it: en_US.</param>
/// <param name="Category">utility, marketing or authentication.</param>
/// <param name="Components">HEADER, BODY, FOOTER, BUTTONS and CAROUSEL as the platform has them, each place with a sample.</param>
/// <param name="ChannelId">May be left out where only one channel has templates.</param>
/// <param name="HeaderMediaId">An upload of the caller's, as the sample of a header that is a file.</param>
/// <param name="CardMediaIds">The same for the cards of a carousel, one for each, in their order.</param>
[Example("""{"name": "order_ready", "language": "en_US", "category": "utility", "components": [{"type": "BODY", "text": "Hello {{1}}, your order is ready.", "example": {"body_text": [["Ann"]]}}]}""")]
public sealed record TemplateRequest(
    [property: Required, StringLength(MessageTemplate.LongestName)] string Name,
    [property: Required, StringLength(MessageTemplate.LongestLanguage)] string Language,
    [property: Required, StringLength(30)] string Category,
    [property: Required] JsonElement Components,
    long? ChannelId = null,
    long? HeaderMediaId = null,
    [property: MaxLength(TemplateRules.MostCards)] IReadOnlyList<long>? CardMediaIds = null);

/// <param name="ChannelId">Only this channel's; left out: of all.</param>
public sealed record SyncRequest(long? ChannelId = null);

/// <param name="ExternalId">The platform's id of it.</param>
/// <param name="Reason">Why it may not be sent, in the platform's words.</param>
/// <param name="Quality">What customers think of it: green, yellow or red; null while nothing is known.</param>
/// <param name="Components">As the platform has them.</param>
public sealed record TemplateView(
    long Id, string ExternalId, string Name, string Language, string Category, TemplateStatus Status, string? Reason, string? Quality, JsonElement Components, DateTime CreatedAt, DateTime UpdatedAt)
{
    public static TemplateView Of(MessageTemplate template)
        => new(template.Id, template.ExternalId, template.Name, template.Language, template.Category, template.Status, template.Reason, template.Quality, JsonElement.Parse(template.Components), template.CreatedAt, template.UpdatedAt);
}
