using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Inbox.Operations.OpenApi;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access.Http;

/// <summary>What holds for every endpoint of the API, found by reflection: what was made is where its Location says, and a slash at the end changes nothing.</summary>
public sealed class LocationTests : AppTests
{
    private const string Origin = "https://shop.example";

    /// <summary>Fields that name something which is there, so that the example's "text" will not do.</summary>
    private static readonly Dictionary<string, string> Known = new() { ["permissions"] = """["conversations.read"]""", ["roles"] = """["agent"]""" };

    /// <summary>Of a person: nobody else may have them.</summary>
    private static readonly string[] Names = ["email", "username"];

    /// <summary>No key may make these; their own tests do, as a person.</summary>
    private static readonly string[] OfPersons = ["/api/v1/company-profile/support"];

    /// <summary>Their bodies are forms with a file; their own tests make them.</summary>
    private static readonly string[] OfForms = ["/api/v1/media/upload"];

    /// <summary>The platform has to say yes; their own tests ask its stand-in.</summary>
    private static readonly string[] OfPlatforms = ["/api/v1/whatsapp/templates"];

    protected override TestAppOptions Options(TestAppOptions options) => options with { Settings = new Dictionary<string, string?> { ["Inbox:OpenSignUp"] = "true" } };

    [Fact]
    public async Task Whatever_is_made_is_found_where_the_answer_says()
    {
        var shop = await new TestApi(App, TestApp.MasterKey).Send(HttpMethod.Post, "/api/v1/businesses", """{"business_name": "Shop"}""");
        var (slug, key) = (shop.Body.GetProperty("slug").GetString()!, shop.Body.GetProperty("internal_api_key").GetString()!);
        var number = await App.GivenWhatsApp(shop.Body.GetProperty("business_id").GetInt64());
        await number.DeliverText("15550100142", "Hello");
        await App.InboundIsIdle();
        var conversation = Assert.Single(await App.Conversations(number.Tenant)).Id;
        // A channel of the website kind is made first: a visitor's session needs it.
        var makers = Endpoints().Where(endpoint => endpoint.Verb == "POST" && Makes(endpoint.Endpoint)).OrderBy(endpoint => !endpoint.Raw.EndsWith("/channels", StringComparison.Ordinal)).ToList();
        Assert.True(makers.Count >= 10, $"only {makers.Count} endpoints make something");
        var wrong = new List<string>();
        foreach (var (endpoint, _, raw) in makers)
        {
            var path = Regex.Replace(raw, @"\{[^}]*\}", raw.Contains("/widget/", StringComparison.Ordinal) ? slug : conversation.ToString(System.Globalization.CultureInfo.InvariantCulture));
            var api = new TestApi(App, IsOpen(endpoint) ? null : raw.StartsWith("/api/v1/businesses", StringComparison.Ordinal) ? TestApp.MasterKey : key, Origin);
            var made = await api.Send(HttpMethod.Post, path, Sample(endpoint, raw));
            if ((made.Code == "person_needed" && OfPersons.Contains(raw)) || (made.Code == "unsupported_media_type" && OfForms.Contains(raw))
                || (made.Code == "channel_not_found" && OfPlatforms.Contains(raw)))
            {
                continue;
            }

            if (made.Status != 201 || made.Header("Location") is not { } location)
            {
                wrong.Add($"POST {raw}: {made.Status} {made.Body} at {made.Header("Location") ?? "no Location"}");
                continue;
            }

            // Who just registered, or began a chat, reads with what they were given.
            var token = Text(made, "access_token") ?? Text(made, "token");
            var reader = token is null ? api : new TestApi(App, token, Origin);
            var found = await reader.Send(HttpMethod.Get, location);
            if (found.Status != 200 || (Id(made) is { } id && Id(found) != id))
            {
                wrong.Add($"POST {raw}: {location} gives {found.Status} {found.Body}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public async Task Every_route_answers_with_a_slash_at_the_end_as_without()
    {
        var shop = await new TestApi(App, TestApp.MasterKey).Send(HttpMethod.Post, "/api/v1/businesses", """{"business_name": "Shop"}""");
        var key = shop.Body.GetProperty("internal_api_key").GetString();
        var routes = Endpoints().ToList();
        Assert.True(routes.Count > 60, $"only {routes.Count} routes");
        var wrong = new List<string>();
        foreach (var (_, verb, raw) in routes.Where(route => !route.Raw.Contains("**", StringComparison.Ordinal)))
        {
            var path = Regex.Replace(raw, @"\{[^}]*\}", "999999");
            // What changes something is asked by nobody: that it is found shows in what refuses it.
            var (plain, slashed) = (await Ask(verb, path, verb == "GET" ? key : null), await Ask(verb, $"{path}/", verb == "GET" ? key : null));
            if (plain != slashed || plain.StartsWith("405", StringComparison.Ordinal))
            {
                wrong.Add($"{verb} {path}: {plain}, with a slash {slashed}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    private async Task<string> Ask(string verb, string path, string? key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        using var response = await App.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var code = response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            ? JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancellation)).GetProperty("code").GetString() : response.Content.Headers.ContentType?.MediaType;
        return $"{(int)response.StatusCode} {code}";
    }

    private IEnumerable<(RouteEndpoint Endpoint, string Verb, string Raw)> Endpoints()
        => from endpoint in App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let raw = $"/{endpoint.RoutePattern.RawText!.Trim('/')}"
           where raw.StartsWith("/api/", StringComparison.Ordinal) || raw.StartsWith("/health", StringComparison.Ordinal)
           from verb in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
           where verb is not ("OPTIONS" or "HEAD")
           select (endpoint, verb, raw);

    private static bool Makes(RouteEndpoint endpoint)
        => endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>().Any(answer => answer.StatusCode == StatusCodes.Status201Created);

    private static bool IsOpen(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    /// <summary>The example of the documentation, which is accepted as it stands; where two of them would meet, another name.</summary>
    private static string? Sample(RouteEndpoint endpoint, string raw)
    {
        if (endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is not { } type)
        {
            return null;
        }

        var json = Examples.OfRequest(type)!.AsObject();
        foreach (var (name, value) in Known.Where(known => json[known.Key] is JsonArray))
        {
            json[name] = JsonNode.Parse(value);
        }

        if (raw.EndsWith("/channels", StringComparison.Ordinal))
        {
            json["settings"] = new JsonObject { ["allowed_origins"] = new JsonArray(Origin) };
        }

        foreach (var name in Names.Where(json.ContainsKey))
        {
            json[name] = $"{Regex.Replace(raw, "[^a-z]", "")}@shop.example";
        }

        return json.ToJsonString();
    }

    private static string? Text(Answer made, string name) => made.Body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Id(Answer made)
        => made.Body.TryGetProperty("id", out var id) || made.Body.TryGetProperty("business_id", out id) ? id.ToString() : null;
}
