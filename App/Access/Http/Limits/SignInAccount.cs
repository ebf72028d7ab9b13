using System.Text.Json;

namespace Inbox.Access.Http.Limits;

/// <summary>
/// Finds which account a request to the sign-in endpoints is about, before anybody has signed in: <c>username</c> or
/// <c>email</c> of its form or JSON. What cannot be read is left for the endpoint to refuse.
/// </summary>
internal sealed class SignInAccount(RequestDelegate next)
{
    private const int LargestBody = 64 * 1024;

    private static readonly object Key = new();
    private static readonly string[] Fields = ["username", "email"];

    /// <returns>Null when the request signs nobody in.</returns>
    public static string? Of(HttpContext context) => context.Items.TryGetValue(Key, out var account) ? (string?)account : null;

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsPost(request.Method) && request.Path.StartsWithSegments("/api/v1/auth", StringComparison.OrdinalIgnoreCase)
            && request.ContentLength is > 0 and <= LargestBody && request.Headers.ContentEncoding.Count == 0
            && await ReadAsync(request, context.RequestAborted) is { Length: > 0 } account)
        {
            context.Items[Key] = account.Trim().ToUpperInvariant();
        }

        await next(context);
    }

    private static async Task<string?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            if (request.HasFormContentType)
            {
                var form = await request.ReadFormAsync(cancellation);
                return Fields.Select(field => form[field].ToString()).FirstOrDefault(value => value.Length > 0);
            }

            return request.HasJsonContentType() ? await ReadJsonAsync(request, cancellation) : null;
        }
        catch (Exception error) when (error is JsonException or InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    private static async Task<string?> ReadJsonAsync(HttpRequest request, CancellationToken cancellation)
    {
        request.EnableBuffering(LargestBody);
        try
        {
            using var json = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellation);
            return json.RootElement.ValueKind != JsonValueKind.Object ? null
                : Fields.Select(field => json.RootElement.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? Text(value) : null)
                    .FirstOrDefault(value => !string.IsNullOrEmpty(value));
        }
        finally
        {
            request.Body.Position = 0;
        }
    }

    /// <returns>Null for half a character, which the endpoint refuses.</returns>
    private static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
