using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Inbox.Tests.Channels.Outbound;

/// <summary>The shape of a send as the platform documents it.</summary>
/// <seealso href="https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages"/>
internal static partial class GraphRequest
{
    private const int LongestText = 4096;
    private const int LongestCallback = 512;

    private static readonly string[] Always = ["messaging_product", "recipient_type", "type"];
    private static readonly string[] Sometimes = ["to", "recipient", "context", "biz_opaque_callback_data"];

    private static readonly Dictionary<string, (JsonValueKind Kind, string[] Keys)> Types = new()
    {
        ["text"] = (JsonValueKind.Object, ["preview_url", "body"]),
        ["image"] = (JsonValueKind.Object, ["id", "link", "caption"]),
        ["video"] = (JsonValueKind.Object, ["id", "link", "caption"]),
        ["audio"] = (JsonValueKind.Object, ["id", "link", "voice"]),
        ["document"] = (JsonValueKind.Object, ["id", "link", "caption", "filename"]),
        ["sticker"] = (JsonValueKind.Object, ["id", "link"]),
        ["location"] = (JsonValueKind.Object, ["latitude", "longitude", "name", "address"]),
        ["contacts"] = (JsonValueKind.Array, []),
        ["reaction"] = (JsonValueKind.Object, ["message_id", "emoji"]),
        ["interactive"] = (JsonValueKind.Object, ["type", "header", "body", "footer", "action"]),
        ["template"] = (JsonValueKind.Object, ["name", "language", "components"]),
    };

    /// <returns>What is wrong, in a sentence each.</returns>
    public static IEnumerable<string> Wrong(HttpRequest request, JsonElement body)
        => [.. WrongAround(request), .. body.ValueKind == JsonValueKind.Object ? WrongWithin(body) : ["the body is no object"]];

    public static IEnumerable<string> WrongWithin(JsonElement body)
    {
        var type = Text(body, "type") ?? "";
        if (!Types.TryGetValue(type, out var shape))
        {
            yield return $"\"type\" is \"{type}\"";
            yield break;
        }

        foreach (var missing in Always.Append(type).Where(key => !body.TryGetProperty(key, out _)))
        {
            yield return $"\"{missing}\" is missing";
        }

        foreach (var key in body.EnumerateObject().Select(property => property.Name).Where(key => key != type && !Always.Contains(key) && !Sometimes.Contains(key)))
        {
            yield return $"\"{key}\" does not belong into a message of type {type}";
        }

        if (Text(body, "messaging_product") != "whatsapp" || Text(body, "recipient_type") != "individual")
        {
            yield return "it is not for WhatsApp and one person";
        }

        if (!(Text(body, "to") is { } to ? Digits().IsMatch(to) && !body.TryGetProperty("recipient", out _) : Text(body, "recipient") is { Length: > 0 }))
        {
            yield return "it is for nobody: neither digits in \"to\" nor a user id in \"recipient\"";
        }

        if (Text(body, "biz_opaque_callback_data") is not { Length: > 0 and <= LongestCallback })
        {
            yield return "there is no callback data, or it is too long";
        }

        if (body.TryGetProperty("context", out var context) && Text(context, "message_id") is not { Length: > 0 })
        {
            yield return "\"context\" names no message";
        }

        foreach (var wrong in body.TryGetProperty(type, out var part) ? WrongPart(type, part, shape) : [])
        {
            yield return wrong;
        }
    }

    private static IEnumerable<string> WrongAround(HttpRequest request)
    {
        if (request.Method != HttpMethods.Post || !Path().IsMatch(request.Path.Value ?? "") || request.QueryString.HasValue)
        {
            yield return $"{request.Method} {request.Path}{request.QueryString} is not POST /v25.0/1234567890/messages";
        }

        if (!Bearer().IsMatch(request.Headers.Authorization.ToString()))
        {
            yield return $"the authorization is \"{request.Headers.Authorization}\"";
        }

        if (request.ContentType is not ("application/json" or "application/json; charset=utf-8"))
        {
            yield return $"the content is \"{request.ContentType}\"";
        }
    }

    private static IEnumerable<string> WrongPart(string type, JsonElement part, (JsonValueKind Kind, string[] Keys) shape)
    {
        if (part.ValueKind != shape.Kind)
        {
            yield return $"\"{type}\" is no {shape.Kind}";
            yield break;
        }

        foreach (var key in part.ValueKind == JsonValueKind.Object ? part.EnumerateObject().Select(property => property.Name).Where(key => !shape.Keys.Contains(key)) : [])
        {
            yield return $"\"{key}\" does not belong into \"{type}\"";
        }

        if (type == "text" && (Text(part, "body") is not { Length: > 0 and <= LongestText } || (part.TryGetProperty("preview_url", out var preview) && preview.ValueKind is not (JsonValueKind.True or JsonValueKind.False))))
        {
            yield return "the text is empty or too long, or its preview is no yes or no";
        }

        if (shape.Keys.Contains("link") && part.TryGetProperty("id", out _) == part.TryGetProperty("link", out _))
        {
            yield return "a file is named by its id or by a link, one of both";
        }
    }

    private static string? Text(JsonElement json, string key)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(@"^/v[0-9]{1,3}\.[0-9]{1,2}/[0-9]{5,20}/messages$")]
    private static partial Regex Path();

    [GeneratedRegex("^Bearer [^ ]+$")]
    private static partial Regex Bearer();

    [GeneratedRegex("^[0-9]{5,20}$")]
    private static partial Regex Digits();
}
