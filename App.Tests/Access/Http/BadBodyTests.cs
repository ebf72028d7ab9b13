using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Access.Http;
using Inbox.Operations.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access.Http;

/// <summary>
/// Malformed bodies (classes C, D and I of the test plan) against every POST, PUT and PATCH endpoint of the API, found by
/// reflection: each is refused as a problem with a code of the catalogue. A failure names endpoint, case and answer.
/// </summary>
public sealed class BadBodyTests : AppTests
{
    [Fact]
    public async Task No_malformed_body_is_anything_but_a_clear_refusal()
    {
        var wrong = new List<string>();
        var asked = 0;
        foreach (var (method, path, body) in Endpoints())
        {
            foreach (var (name, bytes, type) in Shapes().Concat(body is null ? [] : FieldsOf(body)))
            {
                asked++;
                var (status, code, media) = await Send(method, path, bytes, type);
                if (status is < 400 or >= 500 || media != "application/problem+json" || code is null || ProblemCatalogue.Find(code) is null)
                {
                    wrong.Add($"{method} {path}, {name}: {status} {code} {media}");
                }
            }
        }

        Assert.True(asked > 200, $"only {asked} requests");
        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    /// <summary>These are good JSON of the right type: an endpoint may take them or refuse them, and never breaks.</summary>
    [Fact]
    public async Task No_text_breaks_an_endpoint()
    {
        string[] texts =
        [
            "' OR 1=1--", "%_%", "\"unbalanced", "{{secret}}", "../../etc/passwd", "line\r\nBcc: evil@example.com", "\"><img src=x onerror=window.__x=1>",
            new('x', 100_000), string.Concat(Enumerable.Repeat("a\n", 50_000)), new string('x', 199) + "\ud83d\ude00", "\u202e\u200b", "0000-00-00",
        ];
        var wrong = new List<string>();
        foreach (var (method, path, body) in Endpoints().Where(endpoint => endpoint.Body is not null))
        {
            foreach (var property in body!.GetProperties().Where(property => property.PropertyType == typeof(string)))
            {
                foreach (var text in texts)
                {
                    var json = Examples.OfRequest(body)!.AsObject();
                    json[Name(property)] = text;
                    var (status, code, _) = await Send(method, path, Encoding.UTF8.GetBytes(json.ToJsonString()), "application/json");
                    if (status >= 500 || (status >= 400 && (code is null || ProblemCatalogue.Find(code) is null)))
                    {
                        wrong.Add($"{method} {path}, {Name(property)} = {text[..Math.Min(20, text.Length)]}: {status} {code}");
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Theory]
    [InlineData("?limit=-1")]
    [InlineData("?limit=0")]
    [InlineData("?limit=1000000000")]
    [InlineData("?limit=99999999999999999999")]
    [InlineData("?cursor=garbage")]
    [InlineData("?cursor=%00")]
    public async Task No_list_takes_a_limit_or_cursor_that_is_none(string query)
    {
        var wrong = new List<string>();
        foreach (var path in ListsWithPages().Where(list => query.StartsWith("?limit", StringComparison.Ordinal) || list.HasCursor).Select(list => list.Path))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path + query);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await KeyAsync());
            using var response = await App.Http.SendAsync(request, Cancellation);
            if ((int)response.StatusCode is not (>= 400 and < 500) && !path.StartsWith("/api/v1/widget", StringComparison.Ordinal))
            {
                wrong.Add($"GET {path}{query}: {(int)response.StatusCode}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    private static IEnumerable<(string Name, byte[] Bytes, string Type)> Shapes()
    {
        const string json = "application/json";
        yield return ("not closed", "{"u8.ToArray(), json);
        yield return ("null", "null"u8.ToArray(), json);
        yield return ("array", "[]"u8.ToArray(), json);
        yield return ("number", "5"u8.ToArray(), json);
        yield return ("text", "\"text\""u8.ToArray(), json);
        yield return ("trailing text", "{} trailing"u8.ToArray(), json);
        yield return ("comment", "{ /* why */ }"u8.ToArray(), json);
        yield return ("trailing comma", "{\"a\": 1,}"u8.ToArray(), json);
        yield return ("unknown field", "{\"role_that_is_not_there\": \"admin\"}"u8.ToArray(), json);
        yield return ("depth 70", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 70)), json);
        yield return ("invalid UTF-8", [(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}'], json);
        yield return ("UTF-16", Encoding.Unicode.GetBytes("{\"a\": 1}"), json + "; charset=utf-16");
        yield return ("XML", "<a/>"u8.ToArray(), "application/xml");
    }

    /// <summary>Each field of the wrong type, twice, or with what is no text.</summary>
    private static IEnumerable<(string Name, byte[] Bytes, string Type)> FieldsOf(Type body)
    {
        foreach (var property in body.GetProperties().Where(property => property.CanRead && property.GetIndexParameters().Length == 0))
        {
            var name = Name(property);
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (type == typeof(JsonElement) || type == typeof(object) || type == typeof(JsonNode))
            {
                continue;   // takes any value
            }

            string[] values = type == typeof(string) ? ["5", "true", "[]", "{}", "\"\\ud800\"", "\"a\\u0000b\""]
                : type.IsPrimitive ? ["\"text\"", "\"5\"", "[]", "{}", "1e400", "99999999999999999999999"]
                : type.IsEnum ? ["\"no_such_word\"", "0", "[]"]
                : type == typeof(DateTime) || type == typeof(DateTimeOffset) ? ["\"0000-00-00\"", "5", "[]"]
                : ["\"text\"", "5"];
            foreach (var value in values)
            {
                yield return ($"{name} = {value}", With(body, name, value), "application/json");
            }

            yield return ($"{name} twice", Encoding.UTF8.GetBytes($"{{\"{name}\": null, \"{name}\": null}}"), "application/json");
        }
    }

    private static byte[] With(Type body, string name, string value)
    {
        var json = Examples.OfRequest(body) as JsonObject ?? [];
        json.Remove(name);
        var rest = json.ToJsonString()[1..^1];
        return Encoding.UTF8.GetBytes($"{{{rest}{(rest.Length > 0 ? "," : "")}\"{name}\":{value}}}");
    }

    private static string Name(PropertyInfo property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    private IEnumerable<(string Method, string Path, Type? Body)> Endpoints() => BodyEndpoints.Of(App);

    private IEnumerable<(string Path, bool HasCursor)> ListsWithPages()
        => from endpoint in App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           where endpoint.RoutePattern.RawText?.TrimStart('/').StartsWith("api/", StringComparison.Ordinal) == true
           where endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true
           let parameters = endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? []
           where parameters.Any(parameter => parameter.Name == "limit")
           select (BodyEndpoints.Address(endpoint), parameters.Any(parameter => parameter.Name == "cursor"));

    private string? _key;

    private async Task<string> KeyAsync()
    {
        if (_key is null)
        {
            var made = await new TestApi(App, TestApp.MasterKey).Send(HttpMethod.Post, "/api/v1/businesses", """{"business_name": "Shop"}""");
            _key = made.Body.GetProperty("internal_api_key").GetString()!;
        }

        return _key;
    }

    private async Task<(int Status, string? Code, string? Media)> Send(string method, string path, byte[] body, string type)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", path.StartsWith("/api/v1/businesses", StringComparison.Ordinal) ? TestApp.MasterKey : await KeyAsync());
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await App.Http.SendAsync(request, Cancellation);
        var media = response.Content.Headers.ContentType?.MediaType;
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return ((int)response.StatusCode, media?.EndsWith("json", StringComparison.Ordinal) == true && JsonElement.Parse(text) is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("code", out var code) ? code.GetString() : null, media);
    }
}
