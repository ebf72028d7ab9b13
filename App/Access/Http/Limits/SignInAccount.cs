using System.Globalization;
using System.Text.Json;
using Inbox.Access.Sessions;

namespace Inbox.Access.Http.Limits;

/// <summary>
/// Finds which account a request to the sign-in endpoints is about, before anybody has signed in: <c>username</c> or
/// <c>email</c> of its form or JSON, the family of a refresh token, or, where it names nobody, the network it comes from.
/// What cannot be read is left for the endpoint to refuse.
/// </summary>
internal sealed class SignInAccount(RequestDelegate next)
{
    private const int LargestBody = 64 * 1024;

    private static readonly object Key = new();
    private static readonly string[] Fields = ["username", "email"];
    private static readonly string[] RefreshFields = ["refresh_token"];

    /// <returns>Null when the request signs nobody in.</returns>
    public static string? Of(HttpContext context) => context.Items.TryGetValue(Key, out var account) ? (string?)account : null;

    public async Task InvokeAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path.StartsWithSegments("/api/v1/auth", StringComparison.OrdinalIgnoreCase, out var rest)
            && await AccountAsync(context, rest) is { } account)
        {
            context.Items[Key] = account;
        }

        await next(context);
    }

    private static async Task<string?> AccountAsync(HttpContext context, PathString rest)
    {
        if (rest.StartsWithSegments("/password/reset", StringComparison.OrdinalIgnoreCase) || rest.StartsWithSegments("/passkeys/sign-in", StringComparison.OrdinalIgnoreCase))
        {
            return $"{(rest.StartsWithSegments("/passkeys", StringComparison.OrdinalIgnoreCase) ? "passkey" : "reset")} {Network.Of(context.Connection.RemoteIpAddress)}";
        }

        var request = context.Request;
        if (request.ContentLength is not (> 0 and <= LargestBody) || request.Headers.ContentEncoding.Count > 0)
        {
            return null;
        }

        if (!rest.StartsWithSegments("/refresh", StringComparison.OrdinalIgnoreCase))
        {
            return await ReadAsync(request, Fields, context.RequestAborted) is { Length: > 0 } account ? account.Trim().ToUpperInvariant() : null;
        }

        return await ReadAsync(request, RefreshFields, context.RequestAborted) is { Length: > 0 } token
            && await context.RequestServices.GetRequiredService<Tokens>().FamilyAsync(token, context.RequestAborted) is { } family
                ? string.Create(CultureInfo.InvariantCulture, $"family {family}")
                : null;   // an unknown one is a stranger's and counted for the network
    }

    private static async Task<string?> ReadAsync(HttpRequest request, string[] fields, CancellationToken cancellation)
    {
        try
        {
            if (request.HasFormContentType)
            {
                var form = await request.ReadFormAsync(cancellation);
                return fields.Select(field => form[field].ToString()).FirstOrDefault(value => value.Length > 0);
            }

            return request.HasJsonContentType() ? await ReadJsonAsync(request, fields, cancellation) : null;
        }
        catch (Exception error) when (error is JsonException or InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    private static async Task<string?> ReadJsonAsync(HttpRequest request, string[] fields, CancellationToken cancellation)
    {
        request.EnableBuffering(LargestBody);
        try
        {
            using var json = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellation);
            return json.RootElement.ValueKind != JsonValueKind.Object ? null
                : fields.Select(field => json.RootElement.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? Text(value) : null)
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
