using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access.Http;

/// <summary>Every socket and every stream of the running app, found by reflection, at a page of another site.</summary>
public sealed class OriginTests : AppTests
{
    private const string Page = "https://shop.example";

    [Fact]
    public async Task No_route_upgrades_to_a_socket_for_another_site()
    {
        using var door = new Door(App);
        await door.SetUp();
        var routes = App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") != false)
            .Select(endpoint => "/" + Regex.Replace(endpoint.RoutePattern.RawText!.Trim('/'), @"\{[^}]*\}", "1")).Distinct()
            .Where(path => !Path.HasExtension(path)).ToList();
        Assert.Contains("/_blazor", routes);
        Assert.True(routes.Count > 60, $"only {routes.Count} routes");

        var wrong = new List<string>();
        foreach (var path in routes)
        {
            foreach (var origin in new[] { "https://evil.example", "null", null })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Connection.Add("Upgrade");
                request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
                request.Headers.Add("Sec-WebSocket-Version", "13");
                request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(new byte[16]));
                if (origin is not null)
                {
                    request.Headers.Add("Origin", origin);
                }

                using var response = await door.Browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
                if (response.StatusCode == HttpStatusCode.SwitchingProtocols || (path.StartsWith("/_blazor", StringComparison.Ordinal) && response.StatusCode != HttpStatusCode.Forbidden))
                {
                    wrong.Add($"{path} from {origin ?? "nowhere"}: {(int)response.StatusCode}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task No_stream_is_opened_for_another_site()
    {
        var api = await TestApi.OfBusiness(App);
        var channel = await api.Send(HttpMethod.Post, "/api/v1/channels", $$"""{"kind": "website", "name": "Web", "settings": {"allowed_origins": ["{{Page}}"]} }""");
        Assert.Equal(201, channel.Status);
        var slug = (await api.Send(HttpMethod.Get, "/api/v1/auth/me")).Body.GetProperty("tenant_id").GetString();
        var visitor = (await new TestApi(App, origin: Page).Send(HttpMethod.Post, $"/api/v1/widget/{slug}/sessions")).Body.GetProperty("token").GetString();
        var streams = App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>().Any(answer => answer.ContentTypes.Contains("text/event-stream")))
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/')).ToList();
        Assert.NotEmpty(streams);

        foreach (var path in streams)
        {
            Assert.Equal(HttpStatusCode.OK, await Open(path, Page));
            foreach (var origin in new[] { "https://evil.example", "null", $"{Page}:8443", "http://shop.example" })
            {
                Assert.Equal((path, origin, HttpStatusCode.Forbidden), (path, origin, await Open(path, origin)));
            }
        }

        async Task<HttpStatusCode> Open(string path, string? origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", visitor);
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            using var response = await App.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            return response.StatusCode;
        }
    }
}
