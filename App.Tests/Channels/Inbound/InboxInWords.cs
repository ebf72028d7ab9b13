using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Conversations.Signs;
using Inbox.Data;
using Inbox.Media;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Channels.Inbound;

/// <summary>
/// All that a business has after a delivery, in lines that a person can check against it: each conversation with the contact's
/// addresses, its messages in the order in which they are shown, what waits for a message that is not here, and the notices.
/// </summary>
internal sealed class InboxInWords
{
    private readonly List<Channel> _channels;
    private readonly List<Conversation> _conversations;
    private readonly List<Contact> _contacts;
    private readonly List<ContactIdentity> _identities;
    private readonly List<ContactConsent> _consents;
    private readonly List<Message> _messages;
    private readonly List<MediaFile> _files;
    private readonly List<Reaction> _reactions;
    private readonly List<MessageRevision> _revisions;
    private readonly List<MessageStatusReport> _reports;
    private readonly List<DomainEvent> _notices;

    private InboxInWords(InboxDb db)
    {
        _channels = [.. db.Set<Channel>().AsNoTracking()];
        _conversations = [.. db.Set<Conversation>().AsNoTracking().OrderBy(conversation => conversation.Id)];
        _contacts = [.. db.Set<Contact>().AsNoTracking()];
        _identities = [.. db.Set<ContactIdentity>().AsNoTracking().OrderBy(identity => identity.Id)];
        _consents = [.. db.Set<ContactConsent>().AsNoTracking().OrderBy(consent => consent.Id)];
        _messages = [.. db.Set<Message>().AsNoTracking().OrderBy(message => message.SentAt).ThenBy(message => message.Id)];
        _files = [.. db.Set<MediaFile>().AsNoTracking().OrderBy(file => file.Position)];
        _reactions = [.. db.Set<Reaction>().AsNoTracking().OrderBy(reaction => reaction.Id)];
        _revisions = [.. db.Set<MessageRevision>().AsNoTracking().OrderBy(revision => revision.Id)];
        _reports = [.. db.Set<MessageStatusReport>().AsNoTracking().OrderBy(report => report.Id)];
        _notices = [.. db.Set<DomainEvent>().AsNoTracking().Where(happened => happened.Type == "channel_notice").OrderBy(happened => happened.Sequence)];
    }

    /// <summary>The body that was delivered: a notice is to hold a part of it as it stood there.</summary>
    public required JsonNode Told { get; init; }

    /// <summary>A message of this time or later has the time of its arrival and not the platform's.</summary>
    public required DateTime Since { get; init; }

    public static Task<string> OfAsync(TestApp app, long tenant, JsonNode told, DateTime since)
        => app.InBusiness(tenant, db => Task.FromResult(string.Join('\n', new InboxInWords(db) { Told = told, Since = since }.Lines())));

    private IEnumerable<string> Lines()
        => [.. _conversations.SelectMany(Lines), .. Waiting(), .. _notices.Select(InWords)];

    private IEnumerable<string> Lines(Conversation conversation)
    {
        var contact = _contacts.Single(contact => contact.Id == conversation.ContactId);
        var addresses = _identities.Where(identity => identity.ContactId == contact.Id && identity.ChannelId == conversation.ChannelId).ToList();
        var phone = addresses.Find(address => address.Kind == "phone")?.Address;
        return
        [
            $"{contact.Name ?? "nameless"} ({string.Join(", ", addresses.Select(address => $"{address.Kind} {address.Address}"))})"
                + (contact.Phone == phone ? "" : $", number {contact.Phone ?? "unknown"}")
                + (_channels.Count == 1 ? "" : $", at {_channels.Single(channel => channel.Id == conversation.ChannelId).ExternalId}")
                + (contact.OptedOutAt is null ? "" : ", wants no messages")
                + (contact.MarketingStoppedAt is null ? "" : ", wants no advertising"),
            .. _messages.Where(message => message.ConversationId == conversation.Id).Select(message => "  " + InWords(message)),
            .. _consents.Where(consent => consent.ContactId == contact.Id).Select(consent => $"  said by {consent.Source} that {(consent.OfMarketing ? "advertising is" : "messages are")} {(consent.IsIn ? "" : "not ")}wanted: {Quoted(consent.Words)}"),
        ];
    }

    private string InWords(Message message) => string.Join(' ', Parts(message).Where(part => part.Length > 0));

    private IEnumerable<string> Parts(Message message)
    {
        yield return message.SentAt >= Since ? "on arrival" : message.SentAt.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        yield return message.Direction == MessageDirection.Inbound ? "in" : "out";
        yield return message.Type;
        yield return message.Text is null ? "" : Quoted(message.Text);
        foreach (var file in _files.Where(file => file.MessageId == message.Id))
        {
            yield return $"[{file.Kind}{(file.FileName is null ? "" : $" {Quoted(file.FileName)}")}{(file.MimeType is null ? "" : $" {file.MimeType}")} from {file.Reference}{(file.Sha256 is null ? "" : " with its hash")}]";
        }

        if (message.Content is { } content)
        {
            yield return InWords(JsonElement.Parse(content));
        }

        if (message.ReplyTo is { } quoted)
        {
            yield return $"to {(_messages.Find(other => other.ExternalId == quoted && other.ChannelId == message.ChannelId) is { } earlier ? Quoted(earlier.Text) : "what is not here")}";
        }

        foreach (var revision in _revisions.Where(revision => revision.MessageId == message.Id))
        {
            yield return $"{(revision.IsDeletion ? "taken back" : "edited")}, before: {Quoted(revision.Before)}";
        }

        if (message.RevokedAt is not null != _revisions.Exists(revision => revision.MessageId == message.Id && revision.IsDeletion)
            || message.EditedAt is not null != _revisions.Exists(revision => revision.MessageId == message.Id && !revision.IsDeletion))
        {
            yield return "MARKED WRONG";
        }

        foreach (var reaction in _reactions.Where(reaction => reaction.Target == message.ExternalId && reaction.ChannelId == message.ChannelId))
        {
            yield return InWords(reaction);
        }

        if (message.Direction == MessageDirection.Outbound)
        {
            yield return message.Status.ToString().ToLowerInvariant() + (message.ErrorCode is null ? "" : $" {message.ErrorCode} {Quoted(message.ErrorDetail)}");
        }

        if (_reports.Where(report => report.MessageId == message.Id).ToList() is { Count: > 0 } reports)
        {
            yield return $"told {string.Join(", ", reports.Select(InWords))}";
        }
    }

    /// <summary>What speaks of messages that are not here.</summary>
    private IEnumerable<string> Waiting() =>
    [
        .. _reports.Where(report => report.MessageId is null).Select(report => $"waiting for {report.ExternalId}: {InWords(report)}"),
        .. _revisions.Where(revision => revision.MessageId is null).Select(revision => $"waiting for {revision.Target}: {(revision.IsDeletion ? "taken back" : $"now {Quoted(revision.Text)}")}"),
        .. _reactions.Where(reaction => !_messages.Exists(message => message.ExternalId == reaction.Target)).Select(reaction => $"waiting for {reaction.Target}: {InWords(reaction)}"),
    ];

    private string InWords(DomainEvent notice)
    {
        var data = JsonNode.Parse(notice.Data)!;
        var content = (string?)data["content"];
        return $"notice {(string?)data["field"]} {(content is null ? "without what it says of a person" : Contains(Told, JsonNode.Parse(content)) ? "as told" : $"OTHER THAN TOLD {content}")}";
    }

    private static string InWords(MessageStatusReport report) => $"{report.Status}{(report.Content?.Contains("\"pricing\"", StringComparison.Ordinal) == true ? " with its price" : "")}";

    private static string InWords(Reaction reaction) => reaction.Emoji is null ? $"no longer liked by {reaction.Sender}" : $"{reaction.Emoji} by {reaction.Sender}";

    /// <summary>The parts by their names, whatever they are: <c>+choice(kind=button id=yes title=Yes) +forwarded</c>.</summary>
    private static string InWords(JsonElement content)
        => string.Join(' ', content.EnumerateObject().Select(part => $"+{part.Name}{(part.Value.ValueKind == JsonValueKind.True ? "" : Value(part.Value))}"));

    private static string Value(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => $"({string.Join(' ', json.EnumerateObject().Select(property => $"{property.Name}={Value(property.Value)}"))})",
        JsonValueKind.Array => $"[{string.Join(' ', json.EnumerateArray().Select(Value))}]",
        JsonValueKind.String => Quoted(json.GetString()),
        _ => json.GetRawText(),
    };

    private static bool Contains(JsonNode? whole, JsonNode? part)
        => JsonNode.DeepEquals(whole, part) || whole switch
        {
            JsonObject json => json.Any(property => Contains(property.Value, part)),
            JsonArray list => list.Any(item => Contains(item, part)),
            _ => false,
        };

    private static string Quoted(string? text) => text is null ? "nothing" : $"\"{text.Replace("\n", "\\n", StringComparison.Ordinal)}\"";
}
