using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Inbox.Data;
using Microsoft.Extensions.Options;

namespace Inbox.Media.S3;

/// <summary>A bucket of an S3-compatible store. Objects have the names that the files have below <c>media</c> on disk, behind the prefix.</summary>
/// <seealso href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html"/>
public sealed partial class S3Place : IMediaPlace, IDisposable
{
    private const int Tries = 2;   // beside the first; the jobs try again for days
    private const long SlowestPerSecond = 100_000;

    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);

    private readonly S3Options _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<S3Place> _log;
    private readonly Lazy<AmazonS3Client> _client;

    public S3Place(IOptions<MediaOptions> options, TimeProvider clock, ILogger<S3Place> log)
    {
        (_options, _clock, _log) = (options.Value.S3, clock, log);
        _client = new Lazy<AmazonS3Client>(() => Client(_options));
    }

    public async Task KeepAsync(string name, string part, CancellationToken cancellation)
    {
        var longest = LongestAnswer + TimeSpan.FromSeconds(new FileInfo(part).Length / SlowestPerSecond);
        await CallAsync(
            (client, over) => client.PutObjectAsync(
                new PutObjectRequest { BucketName = _options.Bucket, Key = KeyOf(name), FilePath = part, ContentType = MediaType.Unknown, UseChunkEncoding = false }, over),
            longest, cancellation);
    }

    public async Task<Stream?> OpenAsync(string name, CancellationToken cancellation)
        => await LengthAsync(name, cancellation) is { } length ? new S3Content(length, (from, over) => ReadAsync(name, from, over), _clock) : null;

    public async Task<bool> HasAsync(string name, CancellationToken cancellation) => await LengthAsync(name, cancellation) is not null;

    public Task DeleteAsync(string name, CancellationToken cancellation)
        => CallAsync((client, over) => client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _options.Bucket, Key = KeyOf(name) }, over), LongestAnswer, cancellation);

    public async IAsyncEnumerable<string> NamesAsync(string beginning, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = KeyOf(beginning), ContinuationToken = next };
            var page = await CallAsync((client, over) => client.ListObjectsV2Async(request, over), LongestAnswer, cancellation);
            foreach (var found in page.S3Objects ?? [])
            {
                yield return found.Key[(_options.Prefix?.Length ?? 0)..];
            }

            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    /// <summary>Writes, reads, lists and removes a small object. A store that is away for the moment stops no start: what arrives is fetched later.</summary>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        var key = KeyOf($"check-{Guid.NewGuid():N}");
        using var over = new CancellationTokenSource(LongestAnswer, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
        try
        {
            var client = _client.Value;
            await client.PutObjectAsync(new PutObjectRequest { BucketName = _options.Bucket, Key = key, ContentBody = "Inbox", ContentType = MediaType.Unknown, UseChunkEncoding = false }, either.Token);
            (await client.GetObjectAsync(_options.Bucket, key, either.Token)).Dispose();
            await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = key }, either.Token);
            await client.DeleteObjectAsync(_options.Bucket, key, either.Token);
        }
        catch (Exception error) when (IsFault(error) && !cancellation.IsCancellationRequested)
        {
            if (Mistake(error) is { } sentence)
            {
                throw new StartRefusedException(sentence);
            }

            AwayAtStart(_log, error, Where);
        }
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private string Where => string.IsNullOrEmpty(_options.Endpoint) ? $"Amazon S3 in {_options.Region}" : _options.Endpoint;

    private static AmazonS3Client Client(S3Options options)
    {
        var config = new AmazonS3Config
        {
            // Amazon's newer checksums are not known everywhere; the signature covers the content's hash anyway.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = Tries,
            IgnoreConfiguredEndpointUrls = true,
            // Each call has a time of its own.
            Timeout = TimeSpan.FromDays(1),
        };
        if (string.IsNullOrEmpty(options.Endpoint))
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            (config.ServiceURL, config.AuthenticationRegion, config.ForcePathStyle) = (options.Endpoint, options.Region, options.PathStyle);
        }

        return string.IsNullOrEmpty(options.AccessKey) ? new AmazonS3Client(config) : new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config);
    }

    private string KeyOf(string name) => $"{_options.Prefix}{name}";

    /// <returns>Null when there is no such object.</returns>
    private async Task<long?> LengthAsync(string name, CancellationToken cancellation)
        => await CallAsync<long?>(
            async (client, over) =>
            {
                try
                {
                    return (await client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = _options.Bucket, Key = KeyOf(name) }, over)).ContentLength;
                }
                catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
                {
                    // An answer without a body. Only asking for the object tells whether it is missing, or the whole bucket.
                    try
                    {
                        using var found = await client.GetObjectAsync(new GetObjectRequest { BucketName = _options.Bucket, Key = KeyOf(name) }, over);
                        return found.ContentLength;
                    }
                    catch (AmazonS3Exception error) when (error.ErrorCode == "NoSuchKey")
                    {
                        return null;
                    }
                }
            },
            LongestAnswer, cancellation);

    private Task<Stream> ReadAsync(string name, long from, CancellationToken cancellation)
        => CallAsync<Stream>(
            async (client, over) =>
            {
                var request = new GetObjectRequest { BucketName = _options.Bucket, Key = KeyOf(name), ByteRange = from == 0 ? null : new ByteRange(FormattableString.Invariant($"bytes={from}-")) };
                var answer = await client.GetObjectAsync(request, over);
                if (from > 0 && answer.HttpStatusCode != HttpStatusCode.PartialContent)
                {
                    answer.Dispose();
                    throw new IOException("The store does not hand out parts of files.");
                }

                return answer.ResponseStream;
            },
            LongestAnswer, cancellation);

    private async Task<T> CallAsync<T>(Func<AmazonS3Client, CancellationToken, Task<T>> call, TimeSpan longest, CancellationToken cancellation)
    {
        using var over = new CancellationTokenSource(longest, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
        try
        {
            return await call(_client.Value, either.Token);
        }
        catch (Exception error) when (IsFault(error) && !cancellation.IsCancellationRequested)
        {
            NotDone(_log, Where, error.Message);
            throw new MediaUnavailableException("The store of files does not answer as it should.", error);
        }
    }

    private static bool IsFault(Exception error)
        => error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or SocketException or AuthenticationException or OperationCanceledException or WebException;

    /// <returns>What is wrong with the configuration, as a sentence; null when the store is only away.</returns>
    private string? Mistake(Exception error) => error switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => $"Inbox:Media:S3:Bucket is {_options.Bucket}, and {Where} has no such bucket. Make it first.",
        AmazonS3Exception { ErrorCode: "InvalidAccessKeyId" } => $"Inbox:Media:S3:AccessKey is not known to {Where}.",
        AmazonS3Exception { ErrorCode: "SignatureDoesNotMatch" } => $"Inbox:Media:S3:SecretKey does not fit the access key, says {Where}.",
        AmazonS3Exception { ErrorCode: "AuthorizationHeaderMalformed" or "PermanentRedirect" } other => $"Inbox:Media:S3:Region is {_options.Region}, which is not where the bucket is, says {Where}: {other.Message}",
        AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden } => $"Inbox:Media:S3: the access key may not write, read, list and remove objects in the bucket {_options.Bucket}.",
        AmazonS3Exception { StatusCode: >= HttpStatusCode.MultipleChoices and < HttpStatusCode.InternalServerError and not HttpStatusCode.TooManyRequests } other => $"Inbox:Media:S3: {Where} answers {other.ErrorCode}: {other.Message}",
        AmazonClientException when string.IsNullOrEmpty(_options.AccessKey) => "Inbox:Media:S3:AccessKey is empty, and this machine has no credentials of its own for the store.",
        _ when IsUnknownHost(error) => $"Inbox:Media:S3:Endpoint: there is no host of the name in {Where}.",
        _ => null,
    };

    private static bool IsUnknownHost(Exception? error)
        => error is SocketException { SocketErrorCode: SocketError.HostNotFound } || (error is not null && IsUnknownHost(error.InnerException));

    [LoggerMessage(LogLevel.Warning, "The store of files at {Where} did not do what it was asked: {Why}")]
    private static partial void NotDone(ILogger log, string where, string why);

    [LoggerMessage(LogLevel.Warning, "The store of files at {Where} does not answer. Files are fetched and sent when it is back")]
    private static partial void AwayAtStart(ILogger log, Exception error, string where);
}
