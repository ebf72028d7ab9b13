using System.Text.Json;
using Inbox.Access.Http;
using Inbox.Channels.Inbound;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Channels.Website;

/// <summary>Puts what a visitor sends into the ledger: it is on disk before the visitor is told, and goes the way of everything that arrives.</summary>
public sealed class VisitorMessages(InboundWriter ledger, TimeProvider clock)
{
    /// <returns>False: nothing was stored, and the visitor sends it again.</returns>
    public Task<bool> AcceptAsync(CurrentVisitor visitor, string clientKey, string? text, VisitorFile? file = null, IReadOnlyList<VisitorAnswer>? answers = null)
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
        return ledger.AcceptAsync(
            new InboundDelivery
            {
                Kind = WebsiteChannel.Key,
                InstallationSecret = true,
                Body = stored,
                Size = stored.Length,
                ReceivedAt = clock.GetUtcNow().UtcDateTime,
            });
    }

    internal static ProblemHttpResult NotStored(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "5";
        return Problems.Of(StatusCodes.Status503ServiceUnavailable, "storage_unavailable", "The message was not stored. Send it again.");
    }
}
