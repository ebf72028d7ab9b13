using System.Buffers;
using System.Diagnostics.Metrics;
using Inbox.Access.Http;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Channels.Inbound;

/// <summary>Where platforms call us. Reads the raw body once, verifies it, writes it to the ledger, answers.</summary>
internal sealed partial class WebhookReceiver(
    ChannelCatalogue kinds,
    ChannelDirectory directory,
    InboundWriter ledger,
    TimeProvider clock,
    ILogger<WebhookReceiver> log)
{
    private const int MostDropped = 32 * 1024 * 1024;

    private static readonly Counter<long> BadSignatures = Meters.Inbox.CreateCounter<long>("inbox.inbound.bad_signatures", description: "Requests whose signature did not fit");

    // What a stranger claims to send is not set aside before it comes.
    private const int FirstBuffer = 64 * 1024;

    public async Task<Results<ContentHttpResult, ProblemHttpResult>> HandshakeAsync(string kind, string? tenant, HttpRequest request, CancellationToken cancellation)
    {
        SecurityHeaders.AddTo(request.HttpContext);   // what a stranger wrote into the address is sent back
        if (kinds.Find(kind) is not IWebhookChannel channel || tenant?.Length > Slug.MaxLength)
        {
            return NoSuchKind(kind);
        }

        var accounts = (await directory.ReadAsync(cancellation)).Of(kind, tenant);
        return channel.AnswerHandshake(request.Query, accounts) is { } challenge
            ? TypedResults.Text(challenge, "text/plain")
            : Problems.Of(StatusCodes.Status403Forbidden, "invalid_verify_token", "The verify token is not the one of this channel.");
    }

    // Nothing here takes the token of an aborted request: to have one costs each request more than the few aborted ones save.
    public async Task<Results<Ok, ProblemHttpResult>> ReceiveAsync(string kind, string? tenant, HttpContext context)
    {
        if (kinds.Find(kind) is not IWebhookChannel channel || tenant?.Length > Slug.MaxLength)
        {
            return Refused(context, NoSuchKind(kind));
        }

        if (context.Request.Headers.ContentEncoding.Count > 0)
        {
            return Refused(context, Problems.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_encoding", "Send the body as it is, without Content-Encoding."));
        }

        var body = await ReadAsync(context, channel.BodyLimit);
        if (body is null)
        {
            return Refused(context, Problems.Of(StatusCodes.Status413PayloadTooLarge, "body_too_large", $"The body is larger than {channel.BodyLimit} bytes."));
        }

        var accounts = (await directory.ReadAsync(CancellationToken.None)).Of(kind, tenant);
        if (channel.Verify(context.Request.Headers, body, accounts) is not { } verified)
        {
            BadSignatures.Add(1, new KeyValuePair<string, object?>("kind", kind));
            BadSignature(kind, body.Length, context.TraceIdentifier);
            return Refused(context, Problems.Of(StatusCodes.Status401Unauthorized, "invalid_signature", "The signature does not fit the body."));
        }

        var accepted = await ledger.AcceptAsync(
            new InboundDelivery
            {
                Kind = kind,
                TenantSlug = tenant,
                InstallationSecret = verified.Installation,
                ChannelIds = verified.ChannelIds.Count == 0 ? null : string.Join(',', verified.ChannelIds),
                Body = body,
                Size = body.Length,
                ReceivedAt = clock.GetUtcNow().UtcDateTime,
            });
        if (accepted)
        {
            return TypedResults.Ok();
        }

        context.Response.Headers.RetryAfter = "5";
        return Refused(context, Problems.Of(StatusCodes.Status503ServiceUnavailable, "storage_unavailable", "The request was not stored. Send it again."));
    }

    private static ProblemHttpResult Refused(HttpContext context, ProblemHttpResult problem)
    {
        SecurityHeaders.AddTo(context);
        return problem;
    }

    /// <returns>Null when there is more than the limit.</returns>
    private static async Task<byte[]?> ReadAsync(HttpContext context, int limit)
    {
        // The kind's own limit counts, not the server's. What is above it is read to its end and dropped by the server:
        // a sender that is cut off while it writes would not see the answer.
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = limit + MostDropped;
        if (context.Request.ContentLength > limit)
        {
            return null;
        }

        using var body = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 4096, FirstBuffer));
        var part = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await context.Request.Body.ReadAsync(part, CancellationToken.None) is > 0 and var read)
            {
                body.Write(part, 0, read);
                if (body.Length > limit)
                {
                    return null;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }

        return body.Length == body.Capacity ? body.GetBuffer() : body.ToArray();
    }

    private static ProblemHttpResult NoSuchKind(string kind) => Problems.Of(StatusCodes.Status404NotFound, "channel_kind_not_found", $"There is no webhook for {kind}.");

    [LoggerMessage(LogLevel.Warning, "A {Kind} webhook of {Bytes} bytes has a signature that does not fit, request {RequestId}")]
    private partial void BadSignature(string kind, int bytes, string requestId);
}
