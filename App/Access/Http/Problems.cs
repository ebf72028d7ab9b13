using System.Diagnostics;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace Inbox.Access.Http;

/// <summary>Errors of the API: <c>application/problem+json</c> with a stable <c>code</c> and a <c>trace_id</c>.</summary>
public static class Problems
{
    public static ProblemHttpResult Of(int status, string code, string detail, IReadOnlyDictionary<string, string[]>? errors = null)
    {
        var more = new Dictionary<string, object?> { ["code"] = code };
        if (errors is { Count: > 0 })
        {
            more["errors"] = errors;
        }

        return TypedResults.Problem(detail, statusCode: status, title: ReasonPhrases.GetReasonPhrase(status), extensions: more);
    }

    public static ProblemHttpResult Of(RefusedException refused)
        => Of(refused.Status, refused.Code, refused.Message, refused.Field is { } field ? new Dictionary<string, string[]> { [field] = [refused.Message] } : null);

    /// <summary>For answers that have only a status.</summary>
    public static ProblemHttpResult Of(int status) => status switch
    {
        StatusCodes.Status400BadRequest => Of(status, "bad_request", "The request cannot be understood."),
        StatusCodes.Status401Unauthorized => Of(status, "unauthorized", "Sign in, or send a valid key as 'Authorization: Bearer …'."),
        StatusCodes.Status403Forbidden => Of(status, "forbidden", "You may not do this."),
        StatusCodes.Status404NotFound => Of(status, "not_found", "There is nothing here."),
        StatusCodes.Status405MethodNotAllowed => Of(status, "method_not_allowed", "This address does not know the method."),
        StatusCodes.Status413PayloadTooLarge => Of(status, "too_large", "The body is larger than this address accepts."),
        StatusCodes.Status415UnsupportedMediaType => Of(status, "unsupported_media_type", "The body has a content type or encoding that this address does not accept."),
        StatusCodes.Status429TooManyRequests => Of(status, "rate_limited", "Too many requests. Wait as long as Retry-After says."),
        StatusCodes.Status503ServiceUnavailable => Of(status, "unavailable", "Try again in a moment."),
        >= 500 => Of(status, "internal_error", "Something went wrong here. The trace id leads to it in the log."),
        _ => Of(status, "error", ReasonPhrases.GetReasonPhrase(status)),
    };

    internal static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        problem.Type = null;
        problem.Extensions.TryAdd("code", Of(problem.Status ?? StatusCodes.Status500InternalServerError).ProblemDetails.Extensions["code"]);
        problem.Extensions.Remove("traceId");
        problem.Extensions["trace_id"] = Activity.Current?.TraceId.ToHexString() ?? context.HttpContext.TraceIdentifier;
    }
}
