using Inbox.Channels;
using Inbox.Channels.WhatsApp;

namespace Inbox.Tests.Channels.WhatsApp;

/// <summary>The project's own webhook bodies, and how items read in a line.</summary>
internal static class Payloads
{
    public static readonly DateTime ReceivedAt = new(2026, 1, 15, 10, 30, 0, DateTimeKind.Utc);

    public static IEnumerable<string> All => Directory.EnumerateFiles(Folder(), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder(), $"{name}.json"));

    public static IReadOnlyList<InboundItem> Parse(byte[] body) => WhatsAppParser.Parse(body, ReceivedAt);

    public static string InWords(IEnumerable<InboundItem> items) => string.Join("; ", items.Select(InWords));

    public static string InWords(InboundItem item) => item switch
    {
        InboundMessage message => $"{(message.IsEcho ? "echo" : "message")} {message.ExternalId}"
            + $" {string.Join('+', message.Contact.Addresses.Select(address => $"{address.Kind}:{address.Value}"))}"
            + (message.Contact.Name is { } name ? $" ({name})" : "")
            + $" {message.Type}" + (message.Text is { } text ? $" '{text}'" : "") + (message.Content is null ? "" : $" {Parts(message.Content)}")
            + string.Concat(message.Files.Select(file => $" [{file.Kind} {file.Reference}{(file.FileName is null ? "" : $" {file.FileName}")}]"))
            + (message.ReplyTo is { } reply ? $" re {reply}" : ""),
        InboundStatus status => $"status {status.ExternalId} {status.Status}" + (status.MessageId is { } id ? $" #{id}" : "")
            + (status.ErrorCode is { } code ? $" error {code}" : "") + (status.Content is null ? "" : " +json"),
        InboundReaction reaction => $"reaction to {reaction.Target} {reaction.Emoji ?? "taken back"}",
        InboundRevision revision => $"{(revision.IsDeleted ? "deletion" : "change")} of {revision.Target}" + (revision.Text is { } now ? $" '{now}'" : ""),
        InboundWatermark watermark => $"{watermark.Status} up to {watermark.UpTo:HH:mm:ss} by {watermark.Contact.Kind}:{watermark.Contact.Value}",
        InboundNotice notice => $"notice {notice.Field} of {(notice.Account.Length > 0 ? notice.Account : notice.Group)}",
        _ => throw new InvalidOperationException(item.GetType().Name),
    };

    private static string Parts(MessageContent content)
        => $"+{string.Join('+', System.Text.Json.JsonElement.Parse(content.ToJson()).EnumerateObject().Select(part => part.Name))}";

    private static string Folder() => Repository.PathOf("App.Tests/Channels/WhatsApp/Payloads");
}
