using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;

namespace Inbox.Channels.Website;

/// <summary>All that the widget needs before it is opened.</summary>
public sealed record WidgetSettings(string Name, string? Greeting, string Color, string Side, int TextLimit, int Unread, WidgetMessage? LastMessage, bool AgentsOnline);

public sealed record WidgetSession(string Token, string VisitorId, DateTime ExpiresAt);

/// <param name="Direction">inbound: written by the visitor; outbound: to the visitor.</param>
public sealed record WidgetMessage(long Id, string? ClientKey, string Direction, string Type, string? Text, string? SenderName, string Status, DateTime SentAt)
{
    public static WidgetMessage Of(CustomerMessage message)
        => new(message.Id, message.ClientKey, message.IsInbound ? "inbound" : "outbound", message.Type, message.Text, message.SenderName, message.Status, message.SentAt);
}

/// <param name="Sequence">Where the stream goes on.</param>
public sealed record WidgetPage(IReadOnlyList<WidgetMessage> Items, string? NextCursor, long Sequence, long? SeenUpTo);

public sealed record WidgetStatus(string? ClientKey, long Id, string Status);

public sealed record WidgetTyping(bool Active, string? Name);

public sealed record WidgetEvents(IReadOnlyList<WidgetEvent> Events, long Sequence);

/// <param name="Event">message, status or typing.</param>
public sealed record WidgetEvent(string Event, object Data);

/// <param name="ClientKey">Made by the browser, 8 to 64 letters, digits and dashes; the same key is the same message.</param>
[Example("""{"client_key": "3f0c8f0e-5a52-4f4e-9d53-0f2c7a3d5b11", "text": "Hello!"}""")]
public sealed record WidgetWriting([property: Required, RegularExpression("^[A-Za-z0-9-]{8,64}$")] string ClientKey, [property: Required, StringLength(10_000, MinimumLength = 1)] string Text);

/// <param name="Status">received: it is on disk.</param>
public sealed record WidgetAccepted(string ClientKey, string Status);

public sealed record WidgetTypingRequest(bool Active);

public sealed record WidgetReadRequest([property: Range(1, long.MaxValue)] long UpTo);

public sealed record WidgetVisitorRequest([property: StringLength(200)] string? Name = null, [property: EmailAddress, StringLength(200)] string? Email = null);
