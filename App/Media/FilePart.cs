using Inbox.Access.Http.Limits;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Inbox.Media;

/// <summary>The part named file of a form, to be read as it comes. Nothing of it is here before it is read.</summary>
/// <param name="Name">As the sender named it; null where he did not.</param>
/// <param name="Type">The type that the sender named.</param>
/// <param name="Fields">The texts that stand before it.</param>
internal sealed record FilePart(Stream Content, string? Name, string? Type, IReadOnlyDictionary<string, string> Fields)
{
    private const int LongestBoundary = 100;
    private const int LongestField = 16 * 1024;
    private const int MostFields = 8;
    private const int Envelope = 64 * 1024;

    private static readonly MinDataRate Pace = new(PacedStream.Slowest, PacedStream.UsualPatience);

    /// <param name="largest">Bytes; the server reads no more than that and what is around it.</param>
    /// <exception cref="RefusedException">unsupported_media_type: it is no form. invalid_body: it has no such part.</exception>
    public static async Task<FilePart> ReadAsync(HttpRequest request, long largest, CancellationToken cancellation)
    {
        var context = request.HttpContext;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = largest + Envelope;
        }

        // Who sends a byte now and then holds no place for hours: the server ends it.
        BodyPace.Require(context, Pace);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= LongestBoundary } boundary)
        {
            throw new RefusedException("unsupported_media_type", "The body must be a form with a file.", StatusCodes.Status415UnsupportedMediaType);
        }

        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(cancellation) is { } part)
            {
                if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition))
                {
                    continue;
                }

                var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value;
                if (disposition.IsFileDisposition() && name == "file")
                {
                    return new FilePart(new FormPart(part.Body), (disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value, part.ContentType, fields);
                }

                if (disposition.IsFormDisposition() && name is { Length: > 0 } && fields.Count < MostFields)
                {
                    fields[name] = await TextAsync(part, cancellation);
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException and not Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            // it ends below
        }

        throw new RefusedException("invalid_body", "The form has no part named file.", StatusCodes.Status400BadRequest, "file");
    }

    private static async Task<string> TextAsync(MultipartSection part, CancellationToken cancellation)
    {
        using var reader = new StreamReader(part.Body);
        var letters = new char[LongestField];
        return new string(letters, 0, await reader.ReadBlockAsync(letters, cancellation));
    }
}
