using System.Text.Json;
using static Inbox.Channels.Sandbox.SandboxRequest;

namespace Inbox.Channels.Sandbox;

/// <summary>A sign beside messages, as Messenger and Instagram take it.</summary>
/// <param name="Name">typing_on, typing_off, mark_seen, react or unreact.</param>
/// <param name="MessageId">Of a reaction: to which message.</param>
public sealed record SandboxAction(string To, string Name, string? MessageId);

/// <summary>What a request to the Send API of Messenger or Instagram is; one of the three is there.</summary>
public sealed record SandboxMessagingCall(SandboxSend? Send, SandboxAction? Action, SandboxRefusal? Refusal)
{
    /// <summary>From where the platform fetches the message's file.</summary>
    public string? Address { get; init; }

    /// <summary>The upload that the message names.</summary>
    public string? AttachmentId { get; init; }

    /// <summary>A person answers after the time for all.</summary>
    public bool AsHuman { get; init; }
}

/// <summary>Reads a request to the Send API that Messenger and Instagram share, as strictly as it is documented.</summary>
/// <seealso href="https://developers.facebook.com/docs/messenger-platform/reference/send-api"/>
internal static class SandboxMessagingRequest
{
    private static readonly string[] MessagingTypes = ["RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"];
    private static readonly string[] Tags = ["HUMAN_AGENT", "CUSTOMER_FEEDBACK"];
    private static readonly string[] Reactions = ["react", "unreact"];
    private static readonly string[] Actions = ["typing_on", "typing_off", "mark_seen"];

    public static SandboxMessagingCall Read(Channel channel, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonText.Parse(body);
            return Read(channel, document.RootElement);
        }
        catch (UnreadableDeliveryException error)
        {
            return Refuse(Wrong(error.Message));
        }
    }

    /// <summary>An error 100 without a subcode: the request is not as it is documented.</summary>
    public static SandboxRefusal Wrong(string message) => new(400, 100, message) { Subcode = 0 };

    public static SandboxRefusal Error(int code, int subcode, string message) => new(400, code, message) { Subcode = subcode };

    private static SandboxMessagingCall Read(Channel channel, JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object)
        {
            return Refuse(Wrong("The body is no object."));
        }

        if (Unexpected(request, "", "recipient", "messaging_type", "tag", "message", "sender_action", "payload") is { } key
            || (key = Unexpected(request.At("recipient"), "recipient.", "id")) is not null)
        {
            return Refuse(Wrong($"Unexpected key \"{key}\"."));
        }

        if (request.At("recipient").At("id").Text() is not { Length: > 0 } to)
        {
            return Refuse(Wrong("The parameter recipient is required."));
        }

        if (!SandboxIds.IsOf(channel, to))
        {
            return Refuse(Error(100, 2018001, "No matching user found"));
        }

        return request.At("sender_action").ValueKind == JsonValueKind.Undefined ? Message(channel, request, to) : Action(channel, request, to);
    }

    private static SandboxMessagingCall Action(Channel channel, JsonElement request, string to)
    {
        var isInstagram = channel.Kind == SandboxChannels.Instagram;
        var payload = request.At("payload");
        var name = request.At("sender_action").Text();
        var isReaction = isInstagram && Reactions.Contains(name);
        var refusal = name switch
        {
            _ when Unexpected(request, "", "recipient", "sender_action", "payload") is { } key => Wrong($"Only recipient and payload stand beside sender_action, and no {key}."),
            null => Wrong("sender_action must be a text."),
            _ when !isReaction && !Actions.Contains(name) => Wrong($"sender_action must be one of {string.Join(", ", isInstagram ? Actions.Concat(Reactions) : Actions)}."),
            _ when !isReaction && payload.ValueKind != JsonValueKind.Undefined => Wrong("payload belongs to a reaction."),
            _ when isReaction && Unexpected(payload, "payload.", "message_id", "reaction") is { } key => Wrong($"Unexpected key \"{key}\"."),
            _ when isReaction && payload.At("message_id").Text() is not { Length: > 0 } => Wrong("The parameter payload['message_id'] is required."),
            "react" when payload.At("reaction").Text() != "love" => Wrong("payload['reaction'] must be love."),
            "unreact" when payload.At("reaction").ValueKind != JsonValueKind.Undefined => Wrong("unreact takes no reaction."),
            _ => null,
        };
        return refusal is null ? new(null, new SandboxAction(to, name!, payload.At("message_id").Text()), null) : Refuse(refusal);
    }

    private static SandboxMessagingCall Message(Channel channel, JsonElement request, string to)
    {
        var message = request.At("message");
        var (type, tag) = (request.At("messaging_type"), request.At("tag"));
        var refusal = request switch
        {
            _ when request.At("payload").ValueKind != JsonValueKind.Undefined => Wrong("payload belongs to a reaction."),
            _ when message.ValueKind != JsonValueKind.Object => Wrong("The parameter message is required."),
            // Instagram alone does without.
            _ when !MessagingTypes.Contains(type.Text()) && (channel.Kind == SandboxChannels.Messenger || type.ValueKind != JsonValueKind.Undefined)
                => Wrong($"Param messaging_type must be one of {{{string.Join(", ", MessagingTypes)}}}"),
            _ when type.Text() == "MESSAGE_TAG" != (tag.ValueKind != JsonValueKind.Undefined) => Wrong("MESSAGE_TAG and the parameter tag belong together."),
            _ when tag.ValueKind != JsonValueKind.Undefined && !Tags.Contains(tag.Text()) => Wrong($"Param tag must be one of {{{string.Join(", ", Tags)}}}"),
            _ => SandboxMessagingContent.Check(channel, message),
        };
        if (refusal is not null)
        {
            return Refuse(refusal);
        }

        var attachment = message.At("attachment");
        var send = new SandboxSend("", to, ToPhone: false, SandboxMessagingContent.Shown(message), message.At("reply_to").At("mid").Text(), message.At("metadata").Text(), default)
        {
            Type = attachment.At("type").Text() ?? "text",
            Offers = [.. SandboxMessagingContent.Offers(message)],
            Message = message.Clone(),
        };
        return new(send, null, null)
        {
            Address = attachment.At("payload").At("url").Text(),
            AttachmentId = attachment.At("payload").At("attachment_id").Text(),
            AsHuman = tag.Text() == Tags[0],
        };
    }

    private static SandboxMessagingCall Refuse(SandboxRefusal refusal) => new(null, null, refusal);
}
