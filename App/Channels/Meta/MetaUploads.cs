using System.Net.Http.Headers;
using System.Text;
using Inbox.Channels.Outbound;
using Inbox.Media;

namespace Inbox.Channels.Meta;

/// <summary>How a platform takes a file before the message that names it.</summary>
/// <param name="Platform">As people know it.</param>
/// <param name="Address">Read when it is called: an installation learns its own address late.</param>
/// <param name="Fields">The form beside the file.</param>
/// <param name="FileField">The form's name for the file.</param>
/// <param name="IdField">The answer's name for the file's id.</param>
/// <param name="Read">What an answer means that is no success.</param>
public sealed record MetaUpload(
    string Platform, Func<Uri> Address, IReadOnlyList<(string Name, string Value)> Fields, string FileField, string IdField, Func<int, byte[], TimeSpan?, SendResult> Read)
{
    /// <summary>What the file is called to the platform; null: by its type.</summary>
    public string? ContentType { get; init; }
}

/// <summary>Hands files to platforms. Nothing is sent by that, so whatever the network does to it, it may be tried again.</summary>
public sealed partial class MetaUploads(HttpClient http, MediaStore media, ILogger<MetaUploads> log)
{
    /// <returns>The platform's id of the file, or what came of it instead.</returns>
    public async Task<(string? Id, SendResult? Failure)> UploadAsync(Channel account, string token, MetaUpload upload, OutboundFile file, CancellationToken cancellation)
    {
        Stream? stored;
        try
        {
            stored = await media.OpenAsync(account.TenantId, file.StorageKey, cancellation);
        }
        catch (Exception error) when (error is MediaUnavailableException or OperationCanceledException)
        {
            NotRead(error, file.Id);
            return (null, new SendResult.Retry("no_file", "The file could not be read. The message is sent again by itself."));
        }

        if (stored is null)
        {
            return (null, new SendResult.Refused("media_not_stored", "The file is no longer here."));
        }

        try
        {
            using var content = Form(upload, file, stored);
            using var request = new HttpRequestMessage(HttpMethod.Post, upload.Address()) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (response.IsSuccessStatusCode)
            {
                using var document = JsonText.Parse(answer);
                return document.RootElement.At(upload.IdField).Id() is { } id ? (id, null) : (null, NotTaken(upload));
            }

            var failure = upload.Read((int)response.StatusCode, answer, response.Headers.RetryAfter?.Delta);
            return (null, failure is SendResult.Unknown ? NotTaken(upload) : failure);
        }
        catch (Exception error) when ((error.InnerException ?? error) is MediaUnavailableException)
        {
            // Of our store, and no fault of the platform.
            NotRead(error, file.Id);
            return (null, new SendResult.Retry("no_file", "The file could not be read. The message is sent again by itself."));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException or FormatException or InvalidOperationException or UnreadableDeliveryException)
        {
            NoAnswer(account.Id, file.Id, error.Message);
            return (null, NotTaken(upload));
        }
    }

    private static MultipartFormDataContent Form(MetaUpload upload, OutboundFile file, Stream stored)
    {
        var form = new MultipartFormDataContent { HeaderEncodingSelector = static (_, _) => Encoding.UTF8 };
        foreach (var (name, value) in upload.Fields)
        {
            form.Add(new StringContent(value), $"\"{name}\"");
        }

        var bytes = new StreamContent(stored);
        bytes.Headers.ContentType = MediaTypeHeaderValue.Parse(upload.ContentType ?? file.MimeType);
        // As browsers write it: the framework's own would encode the name in two ways that the platform shows as they are.
        bytes.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"{upload.FileField}\"; filename=\"{file.Name}\"");
        form.Add(bytes);
        return form;
    }

    private static SendResult.Retry NotTaken(MetaUpload upload) => new("no_upload", $"{upload.Platform} did not take the file. It is tried again by itself.", Outage: true);

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} could not hand over file {FileId}: {Why}")]
    private partial void NoAnswer(long channelId, long fileId, string why);

    [LoggerMessage(LogLevel.Error, "File {FileId} could not be read")]
    private partial void NotRead(Exception error, long fileId);
}
