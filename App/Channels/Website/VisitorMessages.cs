using System.Globalization;
using System.Text.Json;
using Inbox.Access.Http;
using Inbox.Channels.Inbound;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Caching.Memory;

namespace Inbox.Channels.Website;

/// <summary>Puts what a visitor sends into the ledger: it is on disk before the visitor is told, and goes the way of everything that arrives.</summary>
public sealed class VisitorMessages(InboundWriter ledger, TimeProvider clock) : IDisposable
{
    private const int MostRemembered = 50_000;

    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly MemoryCache _written = new(new MemoryCacheOptions { SizeLimit = MostRemembered });

    public void Dispose() => _written.Dispose();

    /// <summary>A message of theirs is here, though perhaps still on its way through the ledger.</summary>
    public bool HasWritten(CurrentVisitor visitor) => _written.TryGetValue(visitor.Visitor.Id, out _);

    /// <returns>False: nothing was stored, and the visitor sends it again.</returns>
    public async Task<bool> AcceptAsync(CurrentVisitor visitor, string clientKey, string? text, VisitorFile? file = null, IReadOnlyList<VisitorAnswer>? answers = null)
    {
        var stored = JsonSerializer.SerializeToUtf8Bytes(
            new VisitorMessage(visitor.Channel.ExternalId, visitor.Visitor.Key, clientKey, text?.Replace("\0", "", StringComparison.Ordinal), visitor.Visitor.Name)
            {
                File = file,
                Email = visitor.Visitor.Email,
                Answers = answers is { Count: > 0 } ? answers : null,
                UserId = visitor.UserId,
            },
            WebsiteJson.Default.VisitorMessage);
        if (!await ledger.AcceptAsync(
            new InboundDelivery
            {
                Kind = WebsiteChannel.Key,
                InstallationSecret = false,
                ChannelIds = visitor.Channel.Id.ToString(CultureInfo.InvariantCulture),   // the visitor's token is good for this chat
                Body = stored,
                Size = stored.Length,
                ReceivedAt = clock.GetUtcNow().UtcDateTime,
            }))
        {
            return false;
        }

        _written.Set(visitor.Visitor.Id, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Remembered });
        return true;
    }

    internal static ProblemHttpResult NotStored(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "5";
        return Problems.Of(StatusCodes.Status503ServiceUnavailable, "storage_unavailable", "The message was not stored. Send it again.");
    }
}
