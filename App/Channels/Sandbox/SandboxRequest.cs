using System.Text.Json;

namespace Inbox.Channels.Sandbox;

/// <summary>An answer of the platform that is no success.</summary>
public sealed record SandboxRefusal(int Status, int Code, string Message, string? Details = null)
{
    /// <summary>Of an error of Messenger or Instagram, 0 where it has none; null for WhatsApp, which says details in its place.</summary>
    public int? Subcode { get; init; }

    public object Body => Subcode is { } subcode ? new { error = OfMessaging(subcode) } : new
    {
        error = new
        {
            message = $"(#{Code}) {Message}",
            type = "OAuthException",
            code = Code,
            error_data = new { messaging_product = "whatsapp", details = Details ?? Message },
            fbtrace_id = "SANDBOX",
        },
    };

    private Dictionary<string, object> OfMessaging(int subcode)
    {
        var error = new Dictionary<string, object> { ["message"] = $"(#{Code}) {Message}", ["type"] = "OAuthException", ["code"] = Code, ["fbtrace_id"] = "SANDBOX" };
        if (subcode != 0)
        {
            error["error_subcode"] = subcode;
        }

        return error;
    }
}

/// <summary>Reads a send as strictly as the platform does, so that a wrong request fails here and not with customers.</summary>
internal static class SandboxRequest
{
    private const int CallbackDataLimit = 512;

    /// <returns>The message, without id and time; or why it is refused.</returns>
    public static (SandboxSend? Send, SandboxRefusal? Refusal) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonText.Parse(body);
            return Read(document.RootElement);
        }
        catch (UnreadableDeliveryException error)
        {
            return (null, Invalid(error.Message));
        }
    }

    private static (SandboxSend?, SandboxRefusal?) Read(JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object)
        {
            return (null, Invalid("The body is no object."));
        }

        var type = request.At("type").Text();
        if (type is null || !SandboxContent.Types.Contains(type))
        {
            return (null, Value($"The sandbox takes messages of type {string.Join(", ", SandboxContent.Types)}."));
        }

        if (Unexpected(request, "", "messaging_product", "recipient_type", "to", "recipient", "type", type, "context", "biz_opaque_callback_data") is { } key
            || (key = Unexpected(request.At("context"), "context.", "message_id")) is not null)
        {
            return (null, Invalid($"Unexpected key \"{key}\"."));
        }

        var to = request.At("to").Text();
        var recipient = request.At("recipient").Text();
        var reply = request.At("context").At("message_id").Text();
        var callback = request.At("biz_opaque_callback_data");
        var refusal = request switch
        {
            _ when request.At("messaging_product").Text() != "whatsapp" => Missing("The parameter messaging_product is required."),
            _ when request.At("recipient_type") is { ValueKind: not JsonValueKind.Undefined } kind && kind.Text() != "individual" => Value("recipient_type must be individual."),
            _ when to is null && recipient is null => Missing("The parameter to is required."),
            _ when to is not null && !IsPhone(to) => Value("to must be a phone number."),
            _ when recipient is not null && !IsUser(recipient) => Value("recipient must be a user id."),
            _ when request.At("context").ValueKind != JsonValueKind.Undefined && reply is null => Missing("The parameter context['message_id'] is required."),
            _ when callback.ValueKind != JsonValueKind.Undefined && callback.Text() is not { Length: <= CallbackDataLimit } => Value($"biz_opaque_callback_data has at most {CallbackDataLimit} characters."),
            _ => SandboxContent.Check(type, request.At(type)),
        };
        return refusal is null
            ? (new SandboxSend("", to ?? recipient!, to is not null, SandboxContent.Shown(type, request.At(type)), reply, callback.Text(), default)
            {
                Type = type,
                Offers = [.. SandboxContent.Offers(type, request.At(type))],
                Above = type == "interactive" ? request.At(type).At("body").At("text").Text() : null,
            }, null)
            : (null, refusal);
    }

    /// <summary>That messages were read and somebody writes, which goes to the same address as a message.</summary>
    /// <returns>Null for what is no such thing; else the sign, or why it is refused.</returns>
    public static (SandboxSign? Sign, SandboxRefusal? Refusal)? ReadSign(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonText.Parse(body);
            var request = document.RootElement;
            if (request.At("status").ValueKind == JsonValueKind.Undefined)
            {
                return null;
            }

            var typing = request.At("typing_indicator");
            var refusal = request switch
            {
                _ when Unexpected(request, "", "messaging_product", "status", "message_id", "typing_indicator") is { } key => Invalid($"Unexpected key \"{key}\"."),
                _ when request.At("messaging_product").Text() != "whatsapp" => Missing("The parameter messaging_product is required."),
                _ when request.At("status").Text() != "read" => Value("status must be read."),
                _ when request.At("message_id").Text() is not { Length: > 0 } => Missing("The parameter message_id is required."),
                _ when typing.ValueKind != JsonValueKind.Undefined && (Unexpected(typing, "typing_indicator.", "type") is not null || typing.At("type").Text() != "text") => Value("typing_indicator['type'] must be text."),
                _ => null,
            };
            return refusal is null ? (new SandboxSign(request.At("message_id").Text()!, typing.ValueKind != JsonValueKind.Undefined), null) : (null, refusal);
        }
        catch (UnreadableDeliveryException)
        {
            return null;   // the reader of messages says what is wrong
        }
    }

    internal static string? Unexpected(JsonElement json, string path, params string[] known)
    {
        if (json.ValueKind == JsonValueKind.Undefined)
        {
            return null;
        }

        return json.ValueKind != JsonValueKind.Object
            ? $"{path}(no object)"
            : json.EnumerateObject().Where(property => !known.Contains(property.Name)).Select(property => path + property.Name).FirstOrDefault();
    }

    private static bool IsPhone(string to) => to.TrimStart('+') is { Length: >= 5 and <= 20 } digits && digits.All(char.IsAsciiDigit);

    private static bool IsUser(string id) => id.Length is > 3 and <= 140 && char.IsAsciiLetterUpper(id[0]) && char.IsAsciiLetterUpper(id[1]) && id[2] == '.';

    internal static SandboxRefusal Invalid(string details) => new(400, 100, "Invalid parameter", details);

    internal static SandboxRefusal Missing(string details) => new(400, 131008, "Required parameter is missing", details);

    internal static SandboxRefusal Value(string details) => new(400, 131009, "Parameter value is not valid", details);
}
