using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Inbox.Access.Http;

/// <summary>
/// The JSON body of a request of our API: read strictly (or leniently when it came by an older address), then checked by
/// its annotations. A wrong shape is 400 <c>invalid_body</c>, a value that breaks a rule 422 <c>invalid_value</c>.
/// </summary>
public sealed class Body<T>(T value) : IEndpointParameterMetadataProvider where T : class
{
    public T Value => value;

#pragma warning disable CA1000 // minimal APIs find these two by name
    public static async ValueTask<Body<T>> BindAsync(HttpContext context)
    {
        if (context.Request.Headers.ContentEncoding.Count > 0)
        {
            // A small compressed body can be a huge one; nothing here reads one.
            throw new BadHttpRequestException("The body must not be compressed.", StatusCodes.Status415UnsupportedMediaType);
        }

        if (typeof(T).GetCustomAttribute<FormBodyAttribute>() is { } form && (form.Only || !context.Request.HasJsonContentType()))
        {
            return await OfFormAsync(context);
        }

        if (!context.Request.HasJsonContentType() || !IsUtf8(context.Request))
        {
            throw new BadHttpRequestException("The body must be JSON in UTF-8.", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            var read = await context.Request.ReadFromJsonAsync<T>(JsonOf(context), context.RequestAborted) ?? throw new JsonException("The body is null.");
            Check(read);
            return new Body<T>(read);
        }
        catch (JsonException error)
        {
            throw new BadHttpRequestException("The body is not valid.", StatusCodes.Status400BadRequest, error);
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
        => builder.Metadata.Add(new AcceptsMetadata(typeof(T).GetCustomAttribute<FormBodyAttribute>() switch
        {
            null => ["application/json"],
            { Only: true } => ["application/x-www-form-urlencoded"],
            _ => ["application/json", "application/x-www-form-urlencoded"],
        }, typeof(T)));
#pragma warning restore CA1000

    /// <summary>JSON between systems is UTF-8 (RFC 8259, 8.1).</summary>
    private static bool IsUtf8(HttpRequest request)
        => request.GetTypedHeaders().ContentType?.Charset.Value?.Trim('"') is not { Length: > 0 } charset || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    /// <summary>The fields of a form, read as a JSON object of texts: the same rules.</summary>
    private static async Task<Body<T>> OfFormAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            throw new BadHttpRequestException("The body must be a form.", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var twice = form.FirstOrDefault(field => field.Value.Count > 1);
            if (twice.Key is not null)
            {
                throw new JsonException($"Duplicate property '{twice.Key}'.");
            }

            var fields = new JsonObject(form.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)field.Value.ToString())));
            var read = fields.Deserialize<T>(JsonOf(context))!;
            Check(read);
            return new Body<T>(read);
        }
        catch (Exception error) when (error is JsonException or InvalidDataException)
        {
            throw new BadHttpRequestException("The body is not valid.", StatusCodes.Status400BadRequest, error);
        }
    }

    private static JsonSerializerOptions JsonOf(HttpContext context) => OlderAddress.IsUsedBy(context) ? ApiJson.Lenient : ApiJson.Strict;

    private static void Check(T read)
    {
        foreach (var property in typeof(T).GetProperties())
        {
            // Annotations say nothing of what is in a list.
            if (property.PropertyType != typeof(string) && property.GetValue(read) is System.Collections.IEnumerable list && list.Cast<object?>().Contains(null))
            {
                var field = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
                throw new InvalidValuesException(new Dictionary<string, string[]> { [field] = ["The list must not hold null."] });
            }
        }

        var wrong = new List<ValidationResult>();
        if (!Validator.TryValidateObject(read, new ValidationContext(read), wrong, validateAllProperties: true))
        {
            throw new InvalidValuesException(wrong
                .SelectMany(result => result.MemberNames.DefaultIfEmpty(""), (result, member) => (Member: member, Field: JsonNamingPolicy.SnakeCaseLower.ConvertName(member), Text: result.ErrorMessage ?? ""))
                // The framework's sentences name our property; the caller knows the field.
                .GroupBy(error => error.Field, error => error.Member.Length > 0 ? error.Text.Replace(error.Member, error.Field, StringComparison.Ordinal) : error.Text)
                .ToDictionary(errors => errors.Key, errors => errors.ToArray()));
        }
    }
}

/// <summary>A <see cref="Body{T}"/> that may be left out.</summary>
public sealed class OptionalBody<T>(T? value) : IEndpointParameterMetadataProvider where T : class
{
    /// <summary>Null when no body was sent.</summary>
    public T? Value => value;

#pragma warning disable CA1000 // minimal APIs find these two by name
    public static async ValueTask<OptionalBody<T>> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new OptionalBody<T>(context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } ? null : (await Body<T>.BindAsync(context)).Value);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), isOptional: true));
    }
#pragma warning restore CA1000
}

/// <summary>A body of texts that may be sent as a form too, as OAuth2 clients do.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FormBodyAttribute : Attribute
{
    /// <summary>JSON is not accepted.</summary>
    public bool Only { get; init; }
}

/// <summary>Values of a body that break rules: 422 <c>invalid_value</c>.</summary>
public sealed class InvalidValuesException(IReadOnlyDictionary<string, string[]> errors)
    : Exception(string.Join(' ', errors.SelectMany(error => error.Value)))
{
    public IReadOnlyDictionary<string, string[]> Errors { get; } = errors;
}

/// <summary>A mark on requests that came by an address of an older service.</summary>
public sealed class OlderAddress
{
    private static readonly object Key = new();

    public static void Mark(HttpContext context) => context.Items[Key] = true;

    public static bool IsUsedBy(HttpContext context) => context.Items.ContainsKey(Key);
}
