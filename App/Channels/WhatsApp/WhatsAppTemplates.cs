using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;
using Inbox.Channels.Templates;
using Inbox.Media;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.WhatsApp;

/// <summary>The templates of a business account: <c>/{version}/{business_account_id}/message_templates</c>.</summary>
/// <seealso href="https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/message_templates/"/>
public sealed partial class WhatsAppTemplates(HttpClient http, MediaStore media, OwnAddress own, IOptions<MetaOptions> options, ILogger<WhatsAppTemplates> log)
{
    /// <summary>The most that is read of an answer, in bytes.</summary>
    public const int AnswerLimit = 8 * 1024 * 1024;

    private const string Fields = "id,name,language,status,category,rejected_reason,quality_score,components";
    private const int PageSize = 100;
    private const int MostPages = 100;

    public async Task<(IReadOnlyList<PlatformTemplate>?, TemplateFailure?)> ListAsync(Channel channel, string token, CancellationToken cancellation)
    {
        var found = new List<PlatformTemplate>();
        string? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var query = $"{Uri.EscapeDataString(channel.GroupId!)}/message_templates?fields={Fields}&limit={PageSize}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}";
            var (answer, failure) = await CallAsync(channel, token, HttpMethod.Get, query, null, cancellation);
            if (failure is not null)
            {
                return (null, failure);
            }

            found.AddRange(answer.At("data").Items().Select(Read).OfType<PlatformTemplate>());
            // Its own address of the next page is not followed: the token goes to nobody else.
            after = answer.At("paging").At("next").Text() is null ? null : answer.At("paging").At("cursors").At("after").Text();
            if (after is null)
            {
                return (found, null);
            }
        }

        return (null, new TemplateFailure("WhatsApp's list of templates has no end."));
    }

    /// <param name="handle">Of the header's sample; null for a header without a file.</param>
    /// <param name="cardHandles">The same for the cards of a carousel, in their order; none where their components name them.</param>
    public async Task<(SubmittedTemplate?, TemplateFailure?)> SubmitAsync(Channel channel, string token, TemplateDraft draft, string? handle, IReadOnlyList<string> cardHandles, CancellationToken cancellation)
    {
        var components = JsonNode.Parse(draft.Components.GetRawText())!.AsArray();
        PutSample(components, handle);
        if (Part(components, "CAROUSEL")?["cards"] is JsonArray cards)
        {
            foreach (var (card, cardHandle) in cards.Zip(cardHandles))
            {
                PutSample(card!["components"]!.AsArray(), cardHandle);
            }
        }

        var body = new JsonObject { ["name"] = draft.Name, ["language"] = draft.Language, ["category"] = draft.Category.ToUpperInvariant(), ["components"] = components };
        if (TemplateShape.Read(draft.Components).Fields.Any(field => field.Part != TemplateField.OfButton && field.IsNamed))
        {
            body["parameter_format"] = "NAMED";
        }

        var (answer, failure) = await CallAsync(channel, token, HttpMethod.Post, $"{Uri.EscapeDataString(channel.GroupId!)}/message_templates", Json(body), cancellation);
        return failure is not null ? (null, failure)
            : answer.At("id").Id() is { } id ? (new SubmittedTemplate(id, WhatsAppTemplateNews.StatusOf(answer.At("status").Text() ?? "PENDING"), WhatsAppTemplateNews.CategoryOf(answer.At("category"))), null)
            : (null, new TemplateFailure("WhatsApp's answer made no sense. Read the templates again to see whether it was taken.", IsOutage: true));
    }

    private static void PutSample(JsonArray components, string? handle)
    {
        if (handle is not null && Part(components, "HEADER") is { } header)
        {
            header["example"] = new JsonObject { ["header_handle"] = new JsonArray(handle) };
        }
    }

    private static JsonObject? Part(JsonArray components, string type) => components.OfType<JsonObject>().FirstOrDefault(part => (string?)part["type"] == type);

    public async Task<TemplateFailure?> RemoveAsync(Channel channel, string token, string name, string externalId, CancellationToken cancellation)
    {
        var (_, failure) = await CallAsync(
            channel, token, HttpMethod.Delete, $"{Uri.EscapeDataString(channel.GroupId!)}/message_templates?hsm_id={Uri.EscapeDataString(externalId)}&name={Uri.EscapeDataString(name)}", null, cancellation);
        return failure;
    }

    /// <summary>Hands over what a header looks like: a session of the app that the token is of, then the bytes.</summary>
    /// <returns>The handle to name it by.</returns>
    /// <seealso href="https://developers.facebook.com/docs/graph-api/guides/upload"/>
    public async Task<(string?, TemplateFailure?)> UploadAsync(Channel channel, string token, OutboundFile file, CancellationToken cancellation)
    {
        var (app, failure) = await CallAsync(channel, token, HttpMethod.Get, "app?fields=id", null, cancellation);
        if (failure is not null)
        {
            return (null, failure);
        }

        var session = $"{app.At("id").Id()}/uploads?file_name={Uri.EscapeDataString(file.Name)}&file_length={file.Size.ToString(CultureInfo.InvariantCulture)}&file_type={Uri.EscapeDataString(file.MimeType)}";
        (var upload, failure) = await CallAsync(channel, token, HttpMethod.Post, session, null, cancellation);
        if (failure is not null || upload.At("id").Text() is not { } id || !id.StartsWith("upload:", StringComparison.Ordinal))
        {
            return (null, failure ?? NoSense);
        }

        try
        {
            await using var stored = await media.OpenAsync(channel.TenantId, file.StorageKey, cancellation);
            if (stored is null)
            {
                return (null, new TemplateFailure("The file is no longer here."));
            }

            using var content = new StreamContent(stored);
            (var answer, failure) = await CallAsync(channel, token, HttpMethod.Post, id, content, cancellation, ofUpload: true);
            return answer.At("h").Text() is { } handle ? (handle, null) : (null, failure ?? NoSense);
        }
        catch (IOException)
        {
            return (null, new TemplateFailure("The file could not be read. Try again in a moment.", IsOutage: true));
        }
    }

    private static TemplateFailure NoSense => new("WhatsApp's answer made no sense. Try again in a moment.", IsOutage: true);

    private static PlatformTemplate? Read(JsonElement template)
        => template.At("id").Id() is { Length: <= 60 } id && template.At("name").Text() is { Length: > 0 and <= MessageTemplate.LongestName } name
            && template.At("language").Text() is { Length: > 0 and <= MessageTemplate.LongestLanguage } language
            ? new PlatformTemplate(
                id, name, language, WhatsAppTemplateNews.CategoryOf(template.At("category")) ?? "utility", WhatsAppTemplateNews.StatusOf(template.At("status").Text()),
                WhatsAppTemplateNews.Reason(template.At("rejected_reason")), WhatsAppTemplateNews.QualityOf(template.At("quality_score").At("score")),
                template.At("components") is { ValueKind: JsonValueKind.Array } components ? components.GetRawText() : "[]")
            : null;

    private async Task<(JsonElement Answer, TemplateFailure? Failure)> CallAsync(
        Channel channel, string token, HttpMethod method, string path, HttpContent? content, CancellationToken cancellation, bool ofUpload = false)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri($"{own.GraphOf(channel, options.Value.GraphUrl)}/{options.Value.ApiVersion}/{path}")) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue(ofUpload ? "OAuth" : "Bearer", token);
            if (ofUpload)
            {
                request.Headers.Add("file_offset", "0");
            }

            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            using var document = JsonText.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
            return response.IsSuccessStatusCode ? (document.RootElement.Clone(), null) : (default, FailureOf(document.RootElement.At("error"), (int)response.StatusCode));
        }
        catch (UnreadableDeliveryException)
        {
            return (default, NoSense);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or FormatException or InvalidOperationException
            || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            NoAnswer(channel.Id, error.Message);
            return (default, new TemplateFailure("WhatsApp could not be reached. Try again in a moment.", IsOutage: true));
        }
    }

    private static TemplateFailure FailureOf(JsonElement error, int status)
    {
        var known = WhatsAppErrors.Code(error) is { } code ? WhatsAppErrors.Find(code) : null;
        var says = error.At("error_user_msg").Text() ?? error.At("error_data").At("details").Text() ?? error.At("message").Text();
        return known?.Remedy switch
        {
            Remedy.Stop => new TemplateFailure(known.Says),
            Remedy.Retry or Remedy.Outage or Remedy.Pause or Remedy.SlowDown => new TemplateFailure("WhatsApp is busy, or the account's limit of calls is reached. Try again in a moment.", IsOutage: true),
            _ when says is null || status >= 500 => NoSense,
            _ => new TemplateFailure($"WhatsApp says: {says}"),
        };
    }

    private static StringContent Json(JsonObject body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} could not ask about its templates: {Why}")]
    private partial void NoAnswer(long channelId, string why);
}
