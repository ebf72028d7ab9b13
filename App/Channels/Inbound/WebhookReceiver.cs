using System.Buffers;
using System.Diagnostics.Metrics;
using Inbox.Access.Http;
using Inbox.Access.Http.Limits;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Inbox.Channels.Inbound;

/// <summary>Where platforms call us. Reads the raw body once, verifies it, writes it to the ledger, answers.</summary>
internal sealed partial class WebhookReceiver(
    ChannelCatalogue kinds,
    ChannelDirectory directory,
    InboundWriter ledger,
    RefusedWebhooks refused,
    TimeProvider clock,
    ILogger<WebhookReceiver> log)
{
    private const int MostDropped = 32 * 1024 * 1024;

    private static readonly Counter<long> BadSignatures = Meters.Inbox.CreateCounter<long>("inbox.inbound.bad_signatures", description: "Requests whose signature did not fit");

    // What a stranger claims to send is not set aside before it comes.
    private const int FirstBuffer = 64 * 1024;

    // What strangers may have here before their signature is checked, beyond the first part of each.
    private const long MostUnproven = 64L * 1024 * 1024;

    // A platform sends a body in one go; who sends a byte now and then is ended by the server.
    private static readonly MinDataRate Pace = new(bytesPerSecond: 100_000, gracePeriod: TimeSpan.FromSeconds(5));

    private long _unproven;

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

        if (context.Request.ContentLength > channel.BodyLimit)
        {
            context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = channel.BodyLimit + MostDropped;
            return Refused(context, TooLarge(channel));
        }

        // What a body takes is set aside before it comes, so that many that come slowly do not fill the memory.
        var aside = context.Request.ContentLength is { } said and <= FirstBuffer ? 0 : Math.Min(context.Request.ContentLength ?? channel.BodyLimit, channel.BodyLimit);
        byte[]? body;
        VerifiedBy? verified;
        try
        {
            if (Interlocked.Add(ref _unproven, aside) > MostUnproven && aside > 0)
            {
                return Refused(context, NotNow(context, "As many large bodies as may be are on their way. Send it again."));
            }

            body = await ReadAsync(context, channel.BodyLimit, isLarge: aside > 0);
            if (body is null)
            {
                return Refused(context, TooLarge(channel));
            }

            var accounts = (await directory.ReadAsync(CancellationToken.None)).Of(kind, tenant);
            verified = channel.Verify(context.Request.Headers, body, accounts);
            if (verified is null && body.Length <= FirstBuffer)
            {
                refused.Note(NamedAccounts.In(body, accounts));
            }
        }
        finally
        {
            Interlocked.Add(ref _unproven, -aside);
        }

        if (verified is null)
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

        return Refused(context, NotNow(context, "The request was not stored. Send it again."));
    }

    private static ProblemHttpResult TooLarge(IWebhookChannel channel)
        => Problems.Of(StatusCodes.Status413PayloadTooLarge, "body_too_large", $"The body is larger than {channel.BodyLimit} bytes.");

    private static ProblemHttpResult NotNow(HttpContext context, string why)
    {
        context.Response.Headers.RetryAfter = "5";
        return Problems.Of(StatusCodes.Status503ServiceUnavailable, "storage_unavailable", why);
    }

    private static ProblemHttpResult Refused(HttpContext context, ProblemHttpResult problem)
    {
        SecurityHeaders.AddTo(context);
        return problem;
    }

    /// <returns>Null when there is more than the limit.</returns>
    private static async Task<byte[]?> ReadAsync(HttpContext context, int limit, bool isLarge)
    {
        // The kind's own limit counts, not the server's. What is above it is read to its end and dropped by the server:
        // a sender that is cut off while it writes would not see the answer.
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = limit + MostDropped;
        if (isLarge)
        {
            BodyPace.Require(context, Pace);
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
