using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests.Media.S3;

/// <summary>
/// An S3-compatible store on loopback, path-style. Each request's signature is computed again from what came over the wire,
/// and its body's hash from the body; what does not fit is answered with the documented error.
/// </summary>
/// <seealso href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html"/>
/// <seealso href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"/>
internal sealed class S3StandIn : IAsyncDisposable
{
    public const string Bucket = "inbox-files";
    public const string AccessKey = "AKIDINBOXTESTS";
    public const string SecretKey = "a/secret+of=the store";
    public const string Region = "eu-central-1";
    public const string Prefix = "messages/";

    private const int PageSize = 2;   // so that lists have pages
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(15);
    private static readonly XNamespace Xml = "http://s3.amazonaws.com/doc/2006-03-01/";

    private readonly WebApplication _app;
    private int _cuts;

    private S3StandIn(WebApplication app, string address)
    {
        _app = app;
        Address = address;
        app.Run(AnswerAsync);
    }

    public string Address { get; }

    /// <summary>By their whole names.</summary>
    public ConcurrentDictionary<string, byte[]> Objects { get; } = new();

    /// <summary>Method and name of what was asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Requests that no correct client sends.</summary>
    public ConcurrentQueue<string> Wrong { get; } = new();

    /// <summary>Every request is answered 503 SlowDown.</summary>
    public bool IsDown { get; set; }

    /// <summary>The key may do nothing.</summary>
    public bool Forbids { get; set; }

    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Inbox:Media:S3:Bucket"] = Bucket,
        ["Inbox:Media:S3:Endpoint"] = Address,
        ["Inbox:Media:S3:Region"] = Region,
        ["Inbox:Media:S3:AccessKey"] = AccessKey,
        ["Inbox:Media:S3:SecretKey"] = SecretKey,
        ["Inbox:Media:S3:Prefix"] = Prefix,
    };

    public static S3StandIn Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        builder.WebHost.UseUrls(address);
        var store = new S3StandIn(builder.Build(), address);
        store._app.StartAsync().GetAwaiter().GetResult();
        return store;
    }

    /// <summary>The next answers with an object break off in its middle.</summary>
    public void CutOff(int answers) => _cuts = answers;

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var (path, query) = Target(http);
        Asked.Enqueue($"{http.Request.Method} {path}");
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        if (Refusal(http, path, query, body.ToArray()) is not var (status, code, message))
        {
            await ActAsync(http, Uri.UnescapeDataString(path), body.ToArray());
            return;
        }

        if (status is 400 or 411)
        {
            Wrong.Enqueue($"{http.Request.Method} {path}: {code}, {message}");
        }

        await ErrorAsync(http, status, code, message);
    }

    private (int Status, string Code, string Message)? Refusal(HttpContext http, string path, string query, byte[] body)
    {
        if (IsDown)
        {
            return (503, "SlowDown", "Please reduce your request rate.");
        }

        var request = http.Request;
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
        {
            return (403, "AccessDenied", "Access Denied");
        }

        var parts = authorization["AWS4-HMAC-SHA256 ".Length..].Split(',', StringSplitOptions.TrimEntries).Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        var scope = parts["Credential"].Split('/');
        var at = request.Headers["x-amz-date"].ToString();
        if (!DateTime.TryParseExact(at, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            || (TimeProvider.System.GetUtcNow().UtcDateTime - time).Duration() > MostSkew)
        {
            return (403, "RequestTimeTooSkewed", "The difference between the request time and the server's time is too large.");
        }

        if (scope is not [var key, var day, var region, "s3", "aws4_request"] || day != at[..8])
        {
            return (400, "AuthorizationHeaderMalformed", "The credential is mal-formed.");
        }

        if (key != AccessKey)
        {
            return (403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
        }

        if (region != Region)
        {
            return (400, "AuthorizationHeaderMalformed", $"The authorization header is malformed; the region '{region}' is wrong; expecting '{Region}'");
        }

        var signed = parts["SignedHeaders"].Split(';');
        var needed = request.Headers.Keys.Select(name => name.ToLowerInvariant()).Where(name => name.StartsWith("x-amz-", StringComparison.Ordinal)).Append("host");
        if (needed.Except(signed).Any() || !signed.SequenceEqual(signed.Order(StringComparer.Ordinal)))
        {
            return (403, "AccessDenied", "There were headers present in the request which were not signed");
        }

        var hash = request.Headers["x-amz-content-sha256"].ToString();
        if (Signature(request, path, query, signed, hash, string.Join('/', scope[1..]), at) != parts["Signature"])
        {
            return (403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method.");
        }

        if (hash != Convert.ToHexStringLower(SHA256.HashData(body)))
        {
            return (400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");
        }

        if (request.Method == HttpMethods.Put && request.ContentLength is null)
        {
            return (411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
        }

        return !path.StartsWith($"/{Bucket}/", StringComparison.Ordinal) && path != $"/{Bucket}" ? (404, "NoSuchBucket", "The specified bucket does not exist")
            : Forbids ? (403, "AccessDenied", "Access Denied")
            : null;
    }

    private static string Signature(HttpRequest request, string path, string query, IEnumerable<string> signed, string hash, string scope, string at)
    {
        var headers = signed.Select(name => $"{name}:{string.Join(' ', request.Headers[name].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries))}\n");
        var arguments = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(pair => $"{Encoded(pair[0])}={Encoded(pair.ElementAtOrDefault(1) ?? "")}").Order(StringComparer.Ordinal);
        var canonical = $"{request.Method}\n{path}\n{string.Join('&', arguments)}\n{string.Concat(headers)}\n{string.Join(';', signed)}\n{hash}";
        var text = $"AWS4-HMAC-SHA256\n{at}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signing = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + SecretKey), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));
        return Convert.ToHexStringLower(HMACSHA256.HashData(signing, Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>As of an object that came in parts: no hash of the whole.</summary>
    private static string TagOf(byte[] content) => $"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}-1";

    private static string Encoded(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    private static (string Path, string Query) Target(HttpContext http)
        => http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2) is [var path, .. var rest] ? (path, rest.FirstOrDefault() ?? "") : ("/", "");

    private async Task ActAsync(HttpContext http, string path, byte[] body)
    {
        var name = path.Length > Bucket.Length + 2 ? path[(Bucket.Length + 2)..] : "";
        switch (http.Request.Method, name)
        {
            case ("GET", "") when http.Request.Query["list-type"] == "2":
                await ListAsync(http);
                break;
            case ("PUT", { Length: > 0 }):
                Objects[name] = body;
                http.Response.Headers.ETag = $"\"{TagOf(body)}\"";
                break;
            case ("DELETE", { Length: > 0 }):
                Objects.TryRemove(name, out _);
                http.Response.StatusCode = 204;
                break;
            case ("GET" or "HEAD", { Length: > 0 }) when Objects.TryGetValue(name, out var content):
                await HandOutAsync(http, content);
                break;
            case ("GET" or "HEAD", { Length: > 0 }):
                await ErrorAsync(http, 404, "NoSuchKey", "The specified key does not exist.");
                break;
            default:
                Wrong.Enqueue($"{http.Request.Method} {path} is nothing that this store does.");
                await ErrorAsync(http, 405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
                break;
        }
    }

    private async Task HandOutAsync(HttpContext http, byte[] content)
    {
        var from = 0;
        if (http.Request.GetTypedHeaders().Range is { } range)
        {
            from = (int)range.Ranges.Single().From!.Value;
            if (from >= content.Length)
            {
                await ErrorAsync(http, 416, "InvalidRange", "The requested range is not satisfiable");
                return;
            }

            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        http.Response.ContentLength = content.Length - from;
        http.Response.ContentType = "application/octet-stream";
        http.Response.Headers.ETag = $"\"{TagOf(content)}\"";
        if (http.Request.Method == HttpMethods.Head)
        {
            return;
        }

        if (Interlocked.Decrement(ref _cuts) >= 0)
        {
            await http.Response.Body.WriteAsync(content.AsMemory(from, (content.Length - from) / 2));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }

        await http.Response.Body.WriteAsync(content.AsMemory(from));
    }

    private async Task ListAsync(HttpContext http)
    {
        var (prefix, after) = (http.Request.Query["prefix"].ToString(), http.Request.Query["continuation-token"].ToString());
        var names = Objects.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(name, after) > 0).Order(StringComparer.Ordinal).ToList();
        var page = names.Take(PageSize).ToList();
        await XmlAsync(http, new XElement(
            Xml + "ListBucketResult",
            new XElement(Xml + "Name", Bucket), new XElement(Xml + "Prefix", prefix), new XElement(Xml + "KeyCount", page.Count), new XElement(Xml + "MaxKeys", PageSize),
            new XElement(Xml + "IsTruncated", names.Count > PageSize ? "true" : "false"),
            names.Count > PageSize ? new XElement(Xml + "NextContinuationToken", page[^1]) : null,
            page.Select(name => new XElement(
                Xml + "Contents", new XElement(Xml + "Key", name), new XElement(Xml + "LastModified", "2026-01-01T00:00:00.000Z"), new XElement(Xml + "ETag", "\"0\""),
                new XElement(Xml + "Size", Objects[name].Length), new XElement(Xml + "StorageClass", "STANDARD")))));
    }

    private static Task ErrorAsync(HttpContext http, int status, string code, string message)
    {
        http.Response.StatusCode = status;
        return http.Request.Method == HttpMethods.Head ? Task.CompletedTask
            : XmlAsync(http, new XElement("Error", new XElement("Code", code), new XElement("Message", message), new XElement("RequestId", "1")));
    }

    private static Task XmlAsync(HttpContext http, XElement answer)
    {
        http.Response.ContentType = "application/xml";
        return http.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{answer}");
    }
}
