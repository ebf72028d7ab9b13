using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Inbox.Access.Http;
using Inbox.Media;

namespace Inbox.Channels.Website;

/// <summary>All that the widget needs before it is opened.</summary>
/// <param name="AgentsOnline">The business is open and somebody is there.</param>
/// <param name="Files">What files a visitor may send, by their kind.</param>
/// <param name="Languages">Of the business, the first one first; empty where it says none.</param>
/// <param name="Texts">By language.</param>
/// <param name="PreChat">What to ask before the first message; null: nothing.</param>
public sealed record WidgetSettings(
    string Name, string? Greeting, string Color, string Side, int TextLimit, int Unread, WidgetMessage? LastMessage, bool AgentsOnline, IReadOnlyDictionary<string, FileLimit> Files,
    IReadOnlyList<string> Languages, IReadOnlyDictionary<string, WebsiteTexts> Texts, PreChatForm? PreChat, IReadOnlyList<ArticleLink> Articles, WidgetHours Hours);

/// <summary>All of it may be left out: then it is a visitor whom nobody knows.</summary>
/// <param name="UserId">The person's id on the site.</param>
/// <param name="Hash">Hex of the HMAC-SHA256 of the id under the widget's secret, made by the site's own server.</param>
[Example("""{"name": "Ann", "email": "ann@example.com"}""")]
public sealed record WidgetSessionRequest(
    [property: StringLength(WidgetIdentity.LongestUserId, MinimumLength = 1), RegularExpression(@"^\P{C}+$")] string? UserId = null,
    [property: StringLength(200)] string? Name = null,
    [property: EmailAddress, StringLength(200)] string? Email = null,
    [property: StringLength(200)] string? Hash = null);

public sealed record WidgetSession(string Token, string VisitorId, DateTime ExpiresAt);

/// <param name="Direction">inbound: written by the visitor; outbound: to the visitor.</param>
public sealed record WidgetMessage(long Id, string? ClientKey, string Direction, string Type, string? Text, string? SenderName, string Status, DateTime SentAt, IReadOnlyList<WidgetFile> Files)
{
    public static WidgetMessage Of(CustomerMessage message, MediaLinks links)
        => new(
            message.Id, message.ClientKey, message.IsInbound ? "inbound" : "outbound", message.Type, message.Text, message.SenderName, message.Status, message.SentAt,
            [.. message.Files.Select(file => WidgetFile.Of(file, links))]);
}

/// <param name="Kind">image, video, audio, voice, document.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Width">Pixels, where they are known.</param>
/// <param name="Url">Good for an hour; a path below the address that the widget came from.</param>
public sealed record WidgetFile(long Id, string Kind, string? MimeType, string? FileName, long? Size, int? Width, int? Height, string Url)
{
    public static WidgetFile Of(CustomerFile file, MediaLinks links)
        => new(file.Id, file.Kind, file.MimeType, file.FileName, file.Size, file.Width, file.Height, $"/{links.PathOf(file.TenantId, file.Id)}");
}

/// <param name="Url">A path below the address that the widget came from.</param>
public sealed record WidgetLink(string Url, DateTime ExpiresAt);

/// <param name="Sequence">Where the stream goes on.</param>
/// <param name="SeenUpTo">The newest message that the visitor has seen, on whatever device.</param>
/// <param name="SeenAt">When that message was sent.</param>
public sealed record WidgetPage(IReadOnlyList<WidgetMessage> Items, string? NextCursor, long Sequence, long? SeenUpTo, DateTime? SeenAt);

public sealed record WidgetStatus(string? ClientKey, long Id, string Status);

public sealed record WidgetTyping(bool Active, string? Name);

public sealed record WidgetEvents(IReadOnlyList<WidgetEvent> Events, long Sequence);

/// <param name="Event">message, status or typing.</param>
public sealed record WidgetEvent(string Event, object Data);

/// <param name="ClientKey">Made by the browser, 8 to 64 letters, digits and dashes; the same key is the same message.</param>
/// <param name="Answers">Of the form before the first message, by its keys.</param>
[Example("""{"client_key": "3f0c8f0e-5a52-4f4e-9d53-0f2c7a3d5b11", "text": "Hello!", "answers": {"email": "ann@example.com"}}""")]
public sealed record WidgetWriting([property: Required, RegularExpression("^[A-Za-z0-9-]{8,64}$")] string ClientKey, [property: Required, StringLength(10_000, MinimumLength = 1)] string Text, Dictionary<string, JsonElement>? Answers = null);

/// <param name="Status">received: it is on disk.</param>
public sealed record WidgetAccepted(string ClientKey, string Status);

public sealed record WidgetTypingRequest(bool Active);

public sealed record WidgetReadRequest([property: Range(1, long.MaxValue)] long UpTo);

public sealed record WidgetVisitorRequest([property: StringLength(200)] string? Name = null, [property: EmailAddress, StringLength(200)] string? Email = null);
