using System.Globalization;
using System.Text.Json;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Http;

/// <summary>What an exception becomes for a program. A browser sees the page <see cref="Pages.Error"/> with the same status.</summary>
internal sealed partial class ErrorAnswers(ILogger<ErrorAnswers> log) : IExceptionHandler
{
    public static int StatusOf(Exception error) => error switch
    {
        RefusedException refused => refused.Status,
        InvalidValuesException => StatusCodes.Status422UnprocessableEntity,
        ForbiddenException => StatusCodes.Status403Forbidden,
        BadHttpRequestException bad => bad.StatusCode,
        DbUpdateConcurrencyException => StatusCodes.Status409Conflict,
        WriterBusyException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        if (StatusOf(exception) >= StatusCodes.Status500InternalServerError)
        {
            Failed(exception, httpContext.Request.Method, Pages.Asked(httpContext), httpContext.TraceIdentifier);
        }

        if (exception is WriterBusyException)
        {
            httpContext.Response.Headers.RetryAfter = "5";
        }

        if (exception is RefusedException { RetryAfter: { } wait })
        {
            httpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (Pages.IsWanted(httpContext))
        {
            return false;
        }

        await Answer(exception).ExecuteAsync(httpContext);
        return true;
    }

    private static ProblemHttpResult Answer(Exception error) => error switch
    {
        RefusedException refused => Problems.Of(refused),
        InvalidValuesException invalid => Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_value", invalid.Message, invalid.Errors),
        ForbiddenException forbidden => Problems.Of(StatusCodes.Status403Forbidden, "forbidden", $"The permission {forbidden.Permission} is missing."),
        WriterBusyException busy => Problems.Of(StatusCodes.Status503ServiceUnavailable, "unavailable", busy.Message),
        BadHttpRequestException { InnerException: JsonException json } => InvalidBody.Of(json),
        BadHttpRequestException bad when InvalidParameter.Of(bad) is { } problem => problem,
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad => Problems.Of(StatusCodes.Status400BadRequest, "invalid_body", bad.Message),
        // Two changed the same row at the same moment, and both had seen it as it was.
        DbUpdateConcurrencyException => Problems.Of(StatusCodes.Status409Conflict, "changed_meanwhile", "Somebody else changed this at the same moment. Read it again and repeat."),
        _ => Problems.Of(StatusOf(error)),
    };

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed, request {RequestId}")]
    private partial void Failed(Exception error, string method, string path, string requestId);
}
