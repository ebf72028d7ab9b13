using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Inbox.Access.Keys;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;

namespace Inbox.Access.Http.Idempotency;

/// <summary>
/// <c>Idempotency-Key</c> on every POST that makes or sends something: the same key within a day gets the first answer, the
/// same key with another body or address is 422, and a second request while the first is at work waits for its answer.
/// Refusals are not kept: nothing was made, and a corrected request may use the key again.
/// </summary>
internal sealed partial class IdempotentRequests(RequestDelegate next, KeyRing keys, ILogger<IdempotentRequests> log)
{
    private const int LongestKey = 64;
    private const int MostWaiting = 4;   // each asks the database ten times a second

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private static readonly PartitionedRateLimiter<string> Waiting = PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetConcurrencyLimiter(key, _ => new ConcurrencyLimiterOptions { PermitLimit = MostWaiting }));

    public async Task InvokeAsync(HttpContext context, CurrentCaller caller, IdempotentAnswers answers)
    {
        if (!context.Request.Headers.TryGetValue(IdempotencyKey.Header, out var given) || !IdempotencyKey.IsTakenBy(context.GetEndpoint()))
        {
            await next(context);
            return;
        }

        var key = Hash($"{WhoAsks(context, caller.Value)}\n{KeyOf(given)}");
        var request = await RequestFingerprint.OfAsync(keys, context.Request, caller.Value, context.RequestAborted);
        switch (await ClaimAsync(answers, key, request, context.RequestAborted))
        {
            case Claim.Mine mine:
                await AnswerAsync(context, answers, mine.Id, key);
                break;
            case Claim.Known known:
                await RepeatAsync(context, known.Answer);
                break;
            case Claim.Other:
                throw new RefusedException("idempotency_key_reused", "This Idempotency-Key was used for another request, or with other rights. Make a new key for each thing that you want made.");
            default:
                throw new RefusedException("idempotency_key_in_use", "The first request with this Idempotency-Key is still being worked on.", StatusCodes.Status409Conflict)
                {
                    RetryAfter = TimeSpan.FromSeconds(2),
                };
        }
    }

    private static async Task<Claim> ClaimAsync(IdempotentAnswers answers, string key, RequestFingerprint request, CancellationToken cancellation)
    {
        var claim = await answers.ClaimAsync(key, request, cancellation);
        if (claim is not Claim.AtWork)
        {
            return claim;
        }

        using var place = Waiting.AttemptAcquire(key);
        return place.IsAcquired ? await WaitAsync(answers, key, request, cancellation) : claim;
    }

    private static async Task<Claim> WaitAsync(IdempotentAnswers answers, string key, RequestFingerprint request, CancellationToken cancellation)
    {
        // The wait is for another request of this process or another, whose clock is the wall's.
        var until = TimeProvider.System.GetUtcNow() + LongestWait;
        while (true)
        {
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellation);
            var claim = await answers.ClaimAsync(key, request, cancellation);
            if (claim is not Claim.AtWork || TimeProvider.System.GetUtcNow() > until)
            {
                return claim;
            }
        }
    }

    private async Task AnswerAsync(HttpContext context, IdempotentAnswers answers, long id, string key)
    {
        var body = context.Response.Body;
        using var copy = new MemoryStream();
        context.Response.Body = copy;
        var made = false;
        try
        {
            await next(context);
            made = context.Response.StatusCode is >= 200 and < 300;
        }
        finally
        {
            context.Response.Body = body;
            // The caller may be gone; what was made stays made, and its repetition must find that.
            await (made ? KeepAsync(context, answers, id, key, copy.ToArray()) : answers.ReleaseAsync(id, CancellationToken.None));
        }

        copy.Position = 0;
        await copy.CopyToAsync(body, context.RequestAborted);
    }

    private async Task KeepAsync(HttpContext context, IdempotentAnswers answers, long id, string key, byte[] body)
    {
        var headers = context.Response.Headers;
        try
        {
            await answers.KeepAsync(id, key, new KeptAnswer(context.Response.StatusCode, context.Response.ContentType, headers.Location, headers.ETag, body), CancellationToken.None);
        }
        catch (Exception error) when (error is System.Data.Common.DbException or Microsoft.EntityFrameworkCore.DbUpdateException)
        {
            // It is made and this answer says so. A repetition waits until the claim has run out.
            NotKept(error, id);
        }
    }

    private static async Task RepeatAsync(HttpContext context, KeptAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.Headers.Location = answer.Location;
        response.Headers.ETag = answer.ETag;
        response.Headers[IdempotencyKey.Replayed] = "true";
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static string KeyOf(StringValues given)
        => given is [{ Length: > 0 and <= LongestKey } key] && key.All(letter => letter is > ' ' and < '\u007f')
            ? key
            : throw new RefusedException("invalid_idempotency_key", "Idempotency-Key has 1 to 64 visible ASCII characters.", StatusCodes.Status400BadRequest);

    /// <summary>A person by his id, whatever token he has now; a program by its key; else the network.</summary>
    private static string WhoAsks(HttpContext context, Caller caller) => caller switch
    {
        { Kind: CallerKind.User, UserId: { } user } => $"user {caller.TenantId} {user}",
        { Kind: CallerKind.Nobody } => $"nobody {Network.Of(context.Connection.RemoteIpAddress)} {context.Request.Headers.Authorization}",
        _ => $"key {caller.TenantId} {context.Request.Headers.Authorization}",
    };

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [LoggerMessage(LogLevel.Error, "The answer of the idempotent request {Id} was not kept")]
    private partial void NotKept(Exception error, long id);
}

/// <summary>Which endpoints take the header.</summary>
public static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>On an answer that was given before.</summary>
    public const string Replayed = "Idempotent-Replayed";

    /// <summary>For a POST that makes or sends something and answers 200 or 204; those that answer 201 or 202 take the key anyway.</summary>
    public static TBuilder TakesIdempotencyKey<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Taken());

    /// <summary>For a POST that answers 201 and does no harm when it is repeated, like an upload, whose body is too large to be read twice.</summary>
    public static TBuilder TakesNoIdempotencyKey<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Untaken());

    /// <summary>The frame answers repetitions for this endpoint. Those that bind the header themselves keep the key with what they make.</summary>
    internal static bool IsTakenBy(Endpoint? endpoint)
        => endpoint?.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is ["POST"]
            && !BindsHeader(endpoint)
            && endpoint.Metadata.GetMetadata<Untaken>() is null
            && (endpoint.Metadata.GetMetadata<Taken>() is not null
                || endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>().Any(answer => answer.StatusCode is StatusCodes.Status201Created or StatusCodes.Status202Accepted));

    internal static bool BindsHeader(Endpoint endpoint)
        => endpoint.Metadata.GetMetadata<System.Reflection.MethodInfo>()?.GetParameters()
            .Any(parameter => parameter.GetCustomAttributes(false).OfType<IFromHeaderMetadata>().Any(from => from.Name == Header)) == true;

    private sealed class Taken;

    private sealed class Untaken;
}
