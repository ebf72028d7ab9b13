using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Inbox.Access.Http;
using Inbox.Access.Rights;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access.Matrix;

/// <summary>
/// Every route × verb × role × id: what belongs to another business answers exactly as what is not there, nothing of it is
/// in any answer, and none of its rows changes. Routes come from the running app, so one of tomorrow is in here too.
/// </summary>
public abstract partial class CanaryMatrixTests(TestDatabase database) : AppTests(database)
{
    private const string Absent = "987654321012345";
    private const int LongestAnswer = 4 * 1024 * 1024;

    private static readonly HashSet<string> Streams = ["/api/v1/widget/stream"];

    // Open to strangers by the name of the business: the chat on its website, and where platforms call (there the signature
    // is the right).
    private static readonly string[] OfStrangers = ["/api/v1/widget/{tenant}/settings", "/api/v1/widget/{tenant}/sessions", "/webhooks/{kind}/{tenant?}"];

    // Work in progress: a row is there for moments, and no address names it.
    private static readonly string[] Passing = ["ContactQueue", "MessageStatuses", "OutboxItems", "SendAttempts", "WebhookDeliveries", "WebhookAttempts", "ConversationTags", "ContactTags"];

    private readonly List<string> _wrong = [];
    private Shops _shops = null!;

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Sandbox:Control"] = "true",
            ["Inbox:Limits:Widget:RequestsPerMinute"] = "100000",
            ["Inbox:Limits:Widget:MessagesPerMinute"] = "100000",
            ["Inbox:Limits:Widget:SessionsPerMinute"] = "100000",
        },
    };

    [Fact]
    public async Task Another_business_is_nowhere_to_be_seen_and_nowhere_to_be_changed()
    {
        _shops = new Shops(App);
        await _shops.SeedAsync();
        var routes = Routes().ToList();
        Assert.True(routes.Count > 30, "the route table is empty");
        Assert.Empty((await _shops.EmptyTablesAsync()).Except(Passing));
        var before = await _shops.TheirTablesAsync();
        foreach (var (endpoint, verb) in routes.Where(route => !OfStrangers.Contains($"/{route.Endpoint.RoutePattern.RawText!.Trim('/')}")))
        {
            var route = $"{verb} /{endpoint.RoutePattern.RawText!.TrimStart('/')}";
            foreach (var role in Shops.Roles.Where(role => role != Shops.Installation || !IsOfInstallation(endpoint)))
            {
                await TryIdsAsync(endpoint, verb, route, role);
                await TryBodyAsync(endpoint, verb, route, role);
            }

            var after = await _shops.TheirTablesAsync();
            _wrong.AddRange(after.Where(table => table.Value != before[table.Key]).Select(table => $"{route}: the table {table.Key} of another business changed"));
            before = after;
        }

        Assert.True(_wrong.Count == 0, $"{_wrong.Count} wrong:{Environment.NewLine}{string.Join(Environment.NewLine, _wrong.Take(60))}");
    }

    [Fact]
    public async Task No_page_shows_another_business()
    {
        _shops = new Shops(App);
        await _shops.SeedAsync();
        var pages = App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null).DistinctBy(endpoint => endpoint.RoutePattern.RawText).ToList();
        Assert.True(pages.Count > 20, $"only {pages.Count} pages");
        var before = await _shops.TheirTablesAsync();
        foreach (var page in pages.Where(page => !page.RoutePattern.RawText!.Contains("sign-out", StringComparison.Ordinal)))
        {
            foreach (var role in Shops.Roles.Where(role => role != Shops.Installation || !IsOfInstallation(page)))
            {
                await LookAsync(page, role, await _shops.CookieAsync(role));
            }
        }

        var after = await _shops.TheirTablesAsync();
        _wrong.AddRange(after.Where(table => table.Value != before[table.Key]).Select(table => $"the table {table.Key} of another business changed"));
        Assert.True(_wrong.Count == 0, $"{_wrong.Count} wrong:{Environment.NewLine}{string.Join(Environment.NewLine, _wrong.Take(60))}");
    }

    /// <summary>What is rendered before the circuit: as it stands, and with each of their ids in each place of the address.</summary>
    private async Task LookAsync(RouteEndpoint page, string role, string? cookie)
    {
        var parameters = page.RoutePattern.Parameters.Where(parameter => !parameter.IsCatchAll).ToList();
        var addresses = new List<string> { Path(page, _ => Absent) };
        foreach (var parameter in parameters)
        {
            addresses.AddRange((await _shops.IdsAsync(Word(page, parameter.Name), _shops.Theirs)).Select(id => Path(page, name => name == parameter.Name ? id : Absent)));
        }

        foreach (var address in addresses)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Accept.ParseAdd("text/html");
            if (cookie is not null)
            {
                request.Headers.Add("Cookie", cookie);
            }

            using var response = await App.Http.SendAsync(request, Cancellation);
            var html = await ReadAsync(response);
            if (html.Contains(_shops.Canary, StringComparison.OrdinalIgnoreCase))
            {
                _wrong.Add($"{address} as {role} shows {html[Math.Max(0, html.IndexOf(_shops.Canary, StringComparison.OrdinalIgnoreCase) - 80)..][..Math.Min(200, html.Length)]}");
            }

            if ((int)response.StatusCode >= 500)
            {
                _wrong.Add($"{address} as {role}: {(int)response.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task A_visitor_s_stream_tells_nothing_of_another_business()
    {
        _shops = new Shops(App);
        await _shops.SeedAsync();
        await SendAsync("POST", "/api/v1/widget/messages", """{"client_key": "12345678", "text": "The visitor was here"}""");
        await App.InboundIsIdle();

        using var stream = await _shops.AsAsync("visitor", HttpMethod.Get, "/api/v1/widget/stream");
        stream.Headers.Add("Last-Event-ID", "0");
        using var response = await App.Http.SendAsync(stream, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        var seen = new StringBuilder();
        while (!seen.ToString().Contains("The visitor was here", StringComparison.Ordinal) && await reader.ReadLineAsync(Cancellation) is { } line)
        {
            seen.AppendLine(line);
        }

        // The same from the beginning of everything, by question instead of stream.
        seen.Append(await SendAsync("GET", "/api/v1/widget/stream?since=0", null));
        Assert.Contains("The visitor was here", seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_shops.Canary, seen.ToString(), StringComparison.OrdinalIgnoreCase);

        async Task<string> SendAsync(string verb, string path, string? json)
        {
            using var request = await _shops.AsAsync("visitor", new HttpMethod(verb), path);
            request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
            using var answer = await App.Http.SendAsync(request, Cancellation);
            Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}");
            return await answer.Content.ReadAsStringAsync(Cancellation);
        }
    }

    /// <summary>Each id of the address in turn: of another business and absent must look alike; our own, for reading only, shows no canary.</summary>
    private async Task TryIdsAsync(RouteEndpoint endpoint, string verb, string route, string role)
    {
        var parameters = endpoint.RoutePattern.Parameters.Where(parameter => !parameter.IsCatchAll).ToList();
        if (parameters.Count == 0)
        {
            if (verb is "GET")
            {
                _ = await AskAsync(route, role, verb, Path(endpoint, _ => ""), "no id");
            }

            return;
        }

        foreach (var parameter in parameters)
        {
            var word = Word(endpoint, parameter.Name);
            var own = await _shops.IdsAsync(word, _shops.Ours);
            var mine = own.FirstOrDefault(Absent);
            var absent = await AskAsync(route, role, verb, Path(endpoint, name => name == parameter.Name ? Absent : mine), "absent");
            foreach (var foreign in await _shops.IdsAsync(word, _shops.Theirs))
            {
                var answer = await AskAsync(route, role, verb, Path(endpoint, name => name == parameter.Name ? foreign : mine), $"{parameter.Name}={foreign} of another business");
                if (Plain(answer, foreign) != Plain(absent, Absent))
                {
                    _wrong.Add($"{route} as {role}, {parameter.Name}={foreign} of another business: {answer.Status} {answer.Short} where an absent one gives {absent.Status} {absent.Short}");
                }
            }

            foreach (var odd in new[] { "0", "-1", "%20" })
            {
                _ = await AskAsync(route, role, verb, Path(endpoint, name => name == parameter.Name ? odd : mine), $"{parameter.Name}={odd}");
            }

            if (verb is "GET")
            {
                foreach (var id in own)
                {
                    _ = await AskAsync(route, role, verb, Path(endpoint, name => name == parameter.Name ? id : mine), $"{parameter.Name}={id} of ours");
                }
            }
        }
    }

    /// <summary>Each id in a body: of another business and absent must look alike.</summary>
    private async Task TryBodyAsync(RouteEndpoint endpoint, string verb, string route, string role)
    {
        if (Body(endpoint) is not { } type || verb is "GET")
        {
            return;
        }

        var own = new Dictionary<string, string>();
        foreach (var parameter in endpoint.RoutePattern.Parameters.Where(parameter => !parameter.IsCatchAll))
        {
            own[parameter.Name] = (await _shops.IdsAsync(Word(endpoint, parameter.Name), _shops.Ours)).FirstOrDefault(Absent);
        }

        var path = Path(endpoint, name => own[name]);
        foreach (var field in Fields(type).Where(field => IsId(field.ParameterType)))
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Name!);
            _ = await AskAsync(route, role, verb, path, $"{name} missing", Without(type, field));
            foreach (var odd in new[] { "null", "\"\"", "0" })
            {
                _ = await AskAsync(route, role, verb, path, $"{name}={odd}", Sample(type, field, JsonNode.Parse(odd)));
            }

            var word = name.Replace("_ids", "", StringComparison.Ordinal).Replace("_id", "", StringComparison.Ordinal) switch
            {
                "assignee" or "user" or "owner" => "users",
                "ids" => "conversations",
                "up_to" or "reply_to" => "messages",
                "media" => "media",
                var noun => $"{noun}s",
            };
            foreach (var foreign in (await _shops.IdsAsync(word, _shops.Theirs)).Where(id => long.TryParse(id, out _)))
            {
                var answer = await AskAsync(route, role, verb, path, $"{name}={foreign} of another business", Sample(type, field, JsonNode.Parse(foreign)));
                var absent = await AskAsync(route, role, verb, path, $"{name} absent", Sample(type, field, JsonNode.Parse(Absent)));
                if (Plain(answer, foreign) != Plain(absent, Absent))
                {
                    _wrong.Add($"{route} as {role}, body {name}={foreign} of another business: {answer.Status} {answer.Short} where an absent one gives {absent.Status} {absent.Short}");
                }
            }
        }
    }

    private async Task<Seen> AskAsync(string route, string role, string verb, string path, string what, string? json = null)
    {
        using var request = await _shops.AsAsync(role, new HttpMethod(verb), path);
        if (verb is not ("GET" or "DELETE"))
        {
            request.Content = new StringContent(json ?? "{}", Encoding.UTF8, "application/json");
        }

        using var response = await App.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var body = Streams.Contains(path) && response.IsSuccessStatusCode ? "" : await ReadAsync(response);
        var seen = new Seen(response.StatusCode, body, string.Join('\n', response.Headers.Concat(response.Content.Headers).Select(header => $"{header.Key}: {string.Join(',', header.Value)}")));
        if (seen.All.Contains(_shops.Canary, StringComparison.OrdinalIgnoreCase))
        {
            _wrong.Add($"{route} as {role}, {what}: the answer {(int)response.StatusCode} holds {Around(seen.All)}");
        }

        // A limit would answer for the rights.
        if ((int)response.StatusCode is >= 500 or 429)
        {
            _wrong.Add($"{route} as {role}, {what}: {(int)response.StatusCode} {seen.Short}");
        }

        return seen;
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.InRange(bytes.Length, 0, LongestAnswer);
        return Encoding.UTF8.GetString(bytes);
    }

    private string Around(string text)
    {
        var at = text.IndexOf(_shops.Canary, StringComparison.OrdinalIgnoreCase);
        return text[Math.Max(0, at - 60)..Math.Min(text.Length, at + 60)];
    }

    /// <summary>What must be the same: all but the trace id, the id that was asked for, and times.</summary>
    private static string Plain(Seen seen, string id)
        => $"{seen.Status} {Regex.Replace(Trace().Replace(seen.Body, ""), $@"(?<![\w.-]){Regex.Escape(id)}(?![\w.-])", "ID")}";

    private static string Path(RouteEndpoint endpoint, Func<string, string> value)
        => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { IsCatchAll: true } => "x",
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => value(parameter.Name),
            _ => "",
        }))));

    /// <summary>The word before a parameter says what its ids are of.</summary>
    private static string Word(RouteEndpoint endpoint, string parameter)
    {
        var segments = endpoint.RoutePattern.RawText!.Trim('/').Split('/');
        var at = Array.FindIndex(segments, segment => segment.Contains($"{{{parameter}", StringComparison.Ordinal));
        return segments[..Math.Max(at, 0)].LastOrDefault(segment => !segment.StartsWith('{')) ?? "";
    }

    private static Type? Body(RouteEndpoint endpoint)
        => endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters().Select(parameter => parameter.ParameterType)
            .FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Body<>))?.GetGenericArguments()[0];

    private static ParameterInfo[] Fields(Type type) => type.GetConstructors().MaxBy(made => made.GetParameters().Length)?.GetParameters() ?? [];

    private static bool IsId(Type type) => type == typeof(long) || type == typeof(long?) || type.IsAssignableTo(typeof(IEnumerable<long>));

    /// <summary>A body that has the field and what else is required.</summary>
    private static string Sample(Type type, ParameterInfo field, JsonNode? id)
    {
        var json = new JsonObject();
        foreach (var one in Fields(type).Where(one => one == field || !one.HasDefaultValue))
        {
            json[JsonNamingPolicy.SnakeCaseLower.ConvertName(one.Name!)] = one == field
                ? one.ParameterType.IsAssignableTo(typeof(IEnumerable<long>)) ? new JsonArray(id) : id
                : one.ParameterType == typeof(string) ? JsonValue.Create("text")
                : one.ParameterType == typeof(bool) || one.ParameterType == typeof(bool?) ? JsonValue.Create(true)
                : one.ParameterType.IsValueType ? JsonValue.Create(1)
                : one.ParameterType.IsAssignableTo(typeof(System.Collections.IEnumerable)) ? new JsonArray() : new JsonObject();
        }

        // A bulk action over ids wants to know what to do.
        if (json.ContainsKey("ids"))
        {
            json["read"] = true;
        }

        return json.ToJsonString();
    }

    /// <summary>What else is required, without the field.</summary>
    private static string Without(Type type, ParameterInfo field)
    {
        var json = JsonNode.Parse(Sample(type, field, null))!.AsObject();
        json.Remove(JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Name!));
        return json.ToJsonString();
    }

    /// <summary>For those who run the installation every business is theirs to see here, by name and by size.</summary>
    private static bool IsOfInstallation(RouteEndpoint endpoint)
        => endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("api/v1/businesses", StringComparison.Ordinal)
            || endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(asked => asked.Policy == Policies.Installation);

    private IEnumerable<(RouteEndpoint Endpoint, string Verb)> Routes()
        => from endpoint in App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let raw = endpoint.RoutePattern.RawText ?? ""
           where !raw.TrimStart('/').StartsWith('_') && raw != "{**path:file}"
           where endpoint.Metadata.All(data => data.GetType().Name is not ("StaticAssetDescriptor" or "RootComponentMetadata"))
           from verb in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           where verb is not ("OPTIONS" or "HEAD" or "CONNECT" or "TRACE")
           orderby raw, verb
           select (endpoint, verb);

    [GeneratedRegex("\"trace_id\":\\s*\"[^\"]*\"")]
    private static partial Regex Trace();

    private sealed record Seen(HttpStatusCode StatusCode, string Body, string Headers)
    {
        public int Status => (int)StatusCode;

        public string All => $"{Headers}\n{Body}";

        public string Short => Body.Length > 160 ? $"{Body[..160]}…" : Body;
    }
}

public sealed class CanaryMatrixOnSqlite() : CanaryMatrixTests(TestDatabase.Sqlite);

public sealed class CanaryMatrixOnPostgreSql() : CanaryMatrixTests(TestDatabase.PostgreSql);
