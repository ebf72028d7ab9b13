using System.IO.Pipelines;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Inbox.Access.Http;

/// <summary>
/// A body for an address of the API that takes none: all of its fields are unknown, so it is 400 <c>invalid_body</c> like
/// one unknown field elsewhere. Nothing, blanks and <c>{}</c> pass, because clients send those without meaning anything.
/// </summary>
internal sealed class UnexpectedBody(RequestDelegate next)
{
    private const int MostRead = 1024;

    private static readonly Type[] Readers = [typeof(HttpContext), typeof(HttpRequest), typeof(Stream), typeof(PipeReader), typeof(IFormFile), typeof(IFormFileCollection), typeof(IFormCollection)];

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if ((HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method) || HttpMethods.IsPatch(request.Method))
            && request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            && request.ContentLength != 0 && context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false }
            && context.GetEndpoint() is { } endpoint && TakesNone(endpoint) && !OlderAddress.IsUsedBy(context)
            && !await IsEmptyAsync(request, context.RequestAborted))
        {
            await Problems.Of(StatusCodes.Status400BadRequest, "invalid_body", "This address takes no body.").ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    /// <summary>Only what certainly reads no body: a handler without a declared body that cannot reach the request.</summary>
    private static bool TakesNone(Endpoint endpoint)
        => endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is null
            && endpoint.Metadata.GetMetadata<MethodInfo>() is { } handler && !handler.GetParameters().Any(parameter => Readers.Contains(parameter.ParameterType));

    private static async Task<bool> IsEmptyAsync(HttpRequest request, CancellationToken cancellation)
    {
        var buffer = new byte[MostRead];
        var length = await request.Body.ReadAtLeastAsync(buffer, MostRead, throwOnEndOfStream: false, cancellation);
        return length < MostRead && (buffer.AsSpan(0, length).Trim(" \t\r\n"u8).IsEmpty || IsEmptyObject(buffer.AsSpan(0, length)));
    }

    private static bool IsEmptyObject(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        try
        {
            return json.Read() && json.TokenType == JsonTokenType.StartObject && json.Read() && json.TokenType == JsonTokenType.EndObject && !json.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
