using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Inbox.Access.Http;
using Inbox.Access.Http.Idempotency;
using Inbox.Access.Outside;
using Inbox.Channels;
using Inbox.Conversations.Files;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Inbox.Conversations;

/// <summary>Sends by conversation or by phone number, as clients of the older services make them.</summary>
public static class DirectSendEndpoints
{
    private static readonly string[] Refusals =
    [
        "unauthorized", "forbidden", "rate_limited", "invalid_body", "invalid_value", "invalid_idempotency_key", "idempotency_key_reused", "conversation_not_found", "channel_not_found",
        "channel_inactive", "channel_cannot_begin", "no_address", "window_closed", "contact_blocked", "contact_opted_out", "contact_stopped_marketing", "text_too_long", "unsupported_by_channel",
        "template_not_found", "template_not_approved", "template_parameters_wrong", "template_header_missing",
    ];

    private const string WhatsApp = "whatsapp";
    private const string BotId = "`bot_id` is the number to speak through: the id of its channel, or the platform's phone_number_id. Where only one number is in use, it is that one, whatever `bot_id` says.";

    public static void MapDirectSends(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/v1/conversations", BeginAsync).WithTags("Conversations").WithSummary("Begins a conversation with a contact or a phone number, or finds the open one")
            .RequireAuthorization(ConversationPermissions.Reply)
            .Refuses("unauthorized", "forbidden", "rate_limited", "invalid_body", "invalid_value", "channel_not_found", "channel_inactive", "channel_cannot_begin", "contact_not_found", "no_address");
        app.MapPost("/api/v1/messages/send", SendAsync).WithTags("Messages").WithSummary("Sends a text to a conversation or a phone number, and waits a little for the platform")
            .RequireAuthorization(ConversationPermissions.Reply).TakesIdempotencyKey().Refuses(Refusals);

        app.MapGet("/api/v1/whatsapp/messages/{bot_id:long}", NewestAsync).WithTags("WhatsApp").WithSummary("Lists the newest messages of a WhatsApp number")
            .WithDescription(BotId).RequireAuthorization(ConversationPermissions.Read).Refuses("unauthorized", "forbidden", "channel_not_found", "rate_limited");

        var whatsapp = app.MapGroup("/api/v1/whatsapp/send").WithTags("WhatsApp").RequireAuthorization(ConversationPermissions.Reply).TakesIdempotencyKey().WithDescription(BotId).Refuses(Refusals);
        whatsapp.MapPost("/text", TextAsync).WithSummary("Sends a text to a phone number over WhatsApp");
        whatsapp.MapPost("/template", TemplateAsync).WithSummary("Sends an approved template to a phone number over WhatsApp");
        whatsapp.MapPost("/media", MediaAsync).WithSummary("Sends a file that lies at an address to a phone number over WhatsApp")
            .Refuses("media_unreachable", "media_too_large", "media_type_refused", "quota_reached", "storage_unavailable");
        whatsapp.MapPost("/interactive", InteractiveAsync).WithSummary("Sends buttons, a list, a link or a form to a phone number over WhatsApp, in the platform's own shape")
            .Refuses("media_not_found", "media_not_stored", "media_unreachable", "media_too_large", "media_type_refused", "quota_reached", "storage_unavailable");
    }

    private static async Task<Ok<ListOf<MessageView>>> NewestAsync(
        [FromRoute(Name = "bot_id")] long botId, Caller caller, DirectSends sends, Threads threads, CancellationToken cancellation, [Range(1, Paging.MostRows)] int limit = Threads.PageSize)
    {
        var number = await sends.NumberAsync(caller, WhatsApp, botId, cancellation);
        return TypedResults.Ok(new ListOf<MessageView>([.. (await threads.NewestAsync(caller, number, Paging.Limit(limit), cancellation)).Select(MessageView.Of)], null));
    }

    private static async Task<Results<Created<ConversationView>, Ok<ConversationView>>> BeginAsync(
        Body<BeginRequest> body, Caller caller, Beginnings beginnings, ConversationLists lists, ChannelCatalogue kinds, CancellationToken cancellation)
    {
        var (channel, contactId, phone, address) = body.Value;
        if ((contactId is null ? 0 : 1) + (phone is null ? 0 : 1) + (address is null ? 0 : 1) != 1)
        {
            throw new RefusedException("invalid_value", "Say with whom: contact_id, or customer_phone (or address), one of them.", field: "contact_id");
        }

        var begun = await beginnings.BeginAsync(caller, new Beginning(channel, contactId, phone ?? address), cancellation);
        var view = ConversationView.Of(await lists.FindAsync(caller, begun.Conversation.Id, cancellation) ?? throw RefusedException.NotFound("conversation"), kinds);
        return begun.Created ? TypedResults.Created($"/api/v1/conversations/{view.Id}", view) : TypedResults.Ok(view);
    }

    private static async Task<Ok<DirectSendView>> SendAsync(
        Body<DirectSendRequest> body, Caller caller, DirectSends sends, HttpContext http, CancellationToken cancellation)
    {
        var (conversationId, phone, text) = body.Value;
        if (conversationId is null == phone is null)
        {
            throw new RefusedException("invalid_value", "Say to whom: conversation_id or customer_phone, one of them.", field: "conversation_id");
        }

        return await AnswerAsync(sends, caller, conversationId, phone is null ? null : new Beginning(WhatsApp, Phone: phone), new Writing(text, KeyOf(http)), cancellation);
    }

    private static Task<Ok<DirectSendView>> TextAsync(
        Body<WhatsAppTextRequest> body, Caller caller, DirectSends sends, HttpContext http, CancellationToken cancellation, [FromQuery(Name = "bot_id")] long? botId = null)
        => ToNumberAsync(sends, caller, botId, body.Value.To, new Writing(body.Value.Text, KeyOf(http)), cancellation);

    private static Task<Ok<DirectSendView>> TemplateAsync(
        Body<WhatsAppTemplateRequest> body, Caller caller, DirectSends sends, HttpContext http, CancellationToken cancellation, [FromQuery(Name = "bot_id")] long? botId = null)
        => ToNumberAsync(sends, caller, botId, body.Value.To, new Writing(null, KeyOf(http))
        {
            Content = new MessageContent { Template = new TemplateUse(body.Value.TemplateName, body.Value.LanguageCode, body.Value.Components) },
        }, cancellation);

    private static async Task<Ok<DirectSendView>> MediaAsync(
        Body<WhatsAppMediaRequest> body, Caller caller, DirectSends sends, Uploads uploads, HttpContext http, CancellationToken cancellation, [FromQuery(Name = "bot_id")] long? botId = null)
    {
        var file = await uploads.FetchAsync(caller, body.Value.MediaType, OutsideAddress.Require(body.Value.MediaUrl, "media_url"), cancellation);
        return await ToNumberAsync(sends, caller, botId, body.Value.To, new Writing(body.Value.Caption, KeyOf(http)) { FileId = file.Id }, cancellation);
    }

    private static async Task<Ok<DirectSendView>> InteractiveAsync(
        Body<WhatsAppInteractiveRequest> body, Caller caller, DirectSends sends, Uploads uploads, HttpContext http, CancellationToken cancellation, [FromQuery(Name = "bot_id")] long? botId = null)
    {
        var asked = body.Value.Interactive;
        var offer = asked.Read();
        var fileId = asked.Header?.File switch
        {
            { Link: { } link } above => (await uploads.FetchAsync(caller, asked.Header.Type!.ToLowerInvariant(), OutsideAddress.Require(link, "interactive.header"), cancellation, above.Filename)).Id,
            { } above => above.Id,
            null => null,
        };
        return await ToNumberAsync(sends, caller, botId, body.Value.To, new Writing(asked.Body?.Text, KeyOf(http)) { Content = new MessageContent { Interactive = offer }, FileId = fileId }, cancellation);
    }

    // The frame answers repetitions; the message keeps the key too, for a repetition after this process ended in the middle.
    private static string? KeyOf(HttpContext http) => http.Request.Headers[IdempotencyKey.Header] is [{ Length: > 0 } key] ? key : null;

    private static async Task<Ok<DirectSendView>> ToNumberAsync(DirectSends sends, Caller caller, long? botId, string phone, Writing writing, CancellationToken cancellation)
    {
        var from = botId is { } bot ? (await sends.NumberAsync(caller, WhatsApp, bot, cancellation)).ToString(CultureInfo.InvariantCulture) : WhatsApp;
        return await AnswerAsync(sends, caller, null, new Beginning(from, Phone: phone), writing, cancellation);
    }

    private static async Task<Ok<DirectSendView>> AnswerAsync(DirectSends sends, Caller caller, long? conversationId, Beginning? to, Writing writing, CancellationToken cancellation)
    {
        var message = await sends.SendAsync(caller, conversationId, to, writing, cancellation);
        return TypedResults.Ok(new DirectSendView(MessageView.Of(message), PlatformAnswer.Of(message)));
    }
}

/// <param name="Channel">A kind of channel, or a channel's id.</param>
/// <param name="CustomerPhone">Digits with the country's code.</param>
/// <param name="Address">The same as customer_phone.</param>
[Example("""{"channel": "whatsapp", "customer_phone": "+15550100177"}""")]
public sealed record BeginRequest([property: Required, StringLength(30)] string Channel, long? ContactId = null, string? CustomerPhone = null, string? Address = null);

/// <param name="CustomerPhone">Digits with the country's code; then the conversation is the open one with the number, or a new one.</param>
[Example("""{"customer_phone": "+15550100142", "text_content": "Hello!"}""")]
public sealed record DirectSendRequest(long? ConversationId = null, string? CustomerPhone = null, string? TextContent = null);

/// <param name="WhatsappResponse">What the platform answered; null when it has not within five seconds, and for who may not read addresses of contacts.</param>
public sealed record DirectSendView(MessageView Message, PlatformAnswer? WhatsappResponse);

/// <summary>The platform's answer to a send, in its own words.</summary>
public sealed record PlatformAnswer(IReadOnlyList<PlatformMessage>? Messages, PlatformError? Error)
{
    public static PlatformAnswer? Of(MessageRow message) => message switch
    {
        { IsMasked: true } => null,
        { ExternalId: { } id } => new PlatformAnswer([new PlatformMessage(id)], null),
        { Status: MessageStatus.Failed } => new PlatformAnswer(null, new PlatformError(message.ErrorCode, message.ErrorDetail)),
        _ => null,
    };
}

public sealed record PlatformMessage(string Id);

public sealed record PlatformError(string? Code, string? Message);

[Example("""{"to": "15550100142", "text": "Hello!"}""")]
public sealed record WhatsAppTextRequest([property: Required] string To, [property: Required] string Text);

/// <param name="Components">Header, body and buttons with their parameters, as the platform has them.</param>
[Example("""{"to": "15550100142", "template_name": "hello_world", "language_code": "en_US"}""")]
public sealed record WhatsAppTemplateRequest(
    [property: Required] string To, [property: Required] string TemplateName, [property: Required] string LanguageCode, JsonElement? Components = null);

/// <param name="MediaType">What to send it as.</param>
/// <param name="Caption">A text beside an image, a video or a document.</param>
[Example("""{"to": "15550100142", "media_type": "image", "media_url": "https://example.com/a.png", "caption": "Our prices"}""")]
public sealed record WhatsAppMediaRequest(
    [property: Required] string To,
    [property: Required, AllowedValues("image", "video", "audio", "voice", "document", "sticker")] string MediaType,
    [property: Required, StringLength(2000)] string MediaUrl,
    string? Caption = null);

[Example("""{"to": "15550100142", "interactive": {"type": "button", "body": {"text": "Pick"}, "action": {"buttons": [{"type": "reply", "reply": {"id": "a", "title": "A"}}]}}}""")]
public sealed record WhatsAppInteractiveRequest([property: Required] string To, [property: Required] CloudInteractive Interactive);

/// <summary>A choice in the shape of the Cloud API.</summary>
/// <seealso href="https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages#interactive-object"/>
public sealed record CloudInteractive([property: Required] string Type, CloudText? Body = null, CloudHeader? Header = null, CloudText? Footer = null, CloudAction? Action = null)
{
    /// <exception cref="RefusedException">invalid_value.</exception>
    internal Interactive Read()
    {
        if (Header is { IsOne: false })
        {
            throw new RefusedException("invalid_value", "A header is a text, an image, a video or a document, and holds the one that its type says; a file has a link or our id of an upload.", field: "interactive.header");
        }

        var kind = Type.ToLowerInvariant() switch
        {
            "button" => Interactive.ButtonsKind,
            "list" => Interactive.ListKind,
            "cta_url" => Interactive.LinkKind,
            "flow" => Interactive.FormKind,
            "location_request_message" => Interactive.LocationRequestKind,
            _ => throw new RefusedException("invalid_value", "interactive.type is button, list, cta_url, flow or location_request_message.", field: "interactive.type"),
        };
        return new Interactive(
            kind,
            Header?.Text,
            Footer?.Text,
            Action?.Buttons?.Select(button => button is null ? null! : new ReplyButton(button.Reply.Id, button.Reply.Title)).ToList(),
            Action?.Button,
            Action?.Sections,
            Action?.Parameters is { } link && kind != Interactive.FormKind ? new LinkButton(link.DisplayText ?? "", link.Url ?? "") : null,
            Form: kind == Interactive.FormKind ? Action?.Parameters?.Form : null);
    }
}

public sealed record CloudText(string Text);

/// <param name="Type">text (the usual), image, video or document.</param>
public sealed record CloudHeader(string? Type = null, string? Text = null, CloudFile? Image = null, CloudFile? Video = null, CloudFile? Document = null)
{
    internal CloudFile? File => Image ?? Video ?? Document;

    /// <summary>It holds what its type says and nothing else.</summary>
    internal bool IsOne => Type?.ToLowerInvariant() switch
    {
        null or "text" => (Text, File) is (not null, null),
        "image" => this is { Text: null, Image.IsOne: true, Video: null, Document: null },
        "video" => this is { Text: null, Image: null, Video.IsOne: true, Document: null },
        "document" => this is { Text: null, Image: null, Video: null, Document.IsOne: true },
        _ => false,
    };
}

/// <param name="Link">Where it lies.</param>
/// <param name="Id">Our id of an upload.</param>
/// <param name="Filename">What a fetched one is called; null: as in its address.</param>
public sealed record CloudFile([property: StringLength(2000)] string? Link = null, long? Id = null, [property: StringLength(200)] string? Filename = null)
{
    internal bool IsOne => Link is null != Id is null;
}

/// <param name="Button">Of a list: what opens it.</param>
public sealed record CloudAction(
    string? Name = null, IReadOnlyList<CloudButton>? Buttons = null, string? Button = null, IReadOnlyList<ListSection>? Sections = null, CloudParameters? Parameters = null);

public sealed record CloudButton(CloudReply Reply, string? Type = null);

public sealed record CloudReply(string Id, string Title);

/// <summary>Of a link or of a flow.</summary>
public sealed record CloudParameters(
    string? DisplayText = null,
    string? Url = null,
    string? FlowMessageVersion = null,
    string? FlowId = null,
    string? FlowName = null,
    string? FlowToken = null,
    string? FlowCta = null,
    string? FlowAction = null,
    CloudScreen? FlowActionPayload = null,
    string? Mode = null)
{
    internal FormButton Form => new(FlowCta ?? "", FlowId, FlowName, FlowToken, FlowAction, FlowActionPayload?.Screen, FlowActionPayload?.Data, Mode);
}

/// <param name="Data">What the screen is given, as its author named it.</param>
public sealed record CloudScreen(string? Screen = null, JsonElement? Data = null);
