using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Inbox.Tests.Access;

public sealed class BusinessTests : AppTests
{
    [Theory]
    [InlineData("/api/v1/businesses")]
    [InlineData("/api/v1/businesses/")]
    [InlineData("/businesses")]
    [InlineData("/businesses/")]
    public async Task The_master_key_makes_a_business_whose_key_opens_it_and_no_other(string path)
    {
        var (status, body, location) = await Send(HttpMethod.Post, path, """{"business_name": "Shop", "email": "owner@shop.example"}""");
        var (_, other, _) = await Send(HttpMethod.Post, path, """{"business_name": "Shop"}""");

        Assert.Equal(HttpStatusCode.Created, status);
        var id = body.GetProperty("business_id").GetInt64();
        Assert.Equal($"/api/v1/businesses/{id}", location);
        Assert.Equal("shop", body.GetProperty("slug").GetString());
        Assert.Equal("shop-2", other.GetProperty("slug").GetString());
        var key = body.GetProperty("internal_api_key").GetString();
        Assert.Equal(HttpStatusCode.OK, (await Send(HttpMethod.Get, $"/api/v1/businesses/{id}", key: key)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Send(HttpMethod.Get, "/businesses/shop", key: key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Send(HttpMethod.Get, "/api/v1/businesses/shop-2", key: key)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Send(HttpMethod.Post, "/api/v1/businesses", """{"business_name": "More"}""", key)).Status);
        Assert.False((await Send(HttpMethod.Get, $"/api/v1/businesses/{id}")).Body.TryGetProperty("internal_api_key", out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    [InlineData("ibx_wrong")]
    public async Task Another_key_is_401(string? key)
    {
        var (status, body, _) = await Send(HttpMethod.Post, "/api/v1/businesses", """{"business_name": "Shop"}""", key ?? "none");

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("unauthorized", body.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("""{"business_name": "Shop", "colour": "red"}""", 400, "invalid_body", "colour")]
    [InlineData("""{"name": "Shop"}""", 400, "invalid_body", "business_name")]
    [InlineData("""{"business_name": 5}""", 400, "invalid_body", "business_name")]
    [InlineData("""{"business_name": null}""", 400, "invalid_body", "business_name")]
    [InlineData("""{"business_name": ["Shop"]}""", 400, "invalid_body", "business_name")]
    [InlineData("""{"business_name": "a", "business_name": "b"}""", 400, "invalid_body", "business_name")]
    [InlineData("""{"business_name": "a\u0000b"}""", 400, "invalid_body", "business_name")]
    [InlineData("""{"business_name": "\ud800"}""", 400, "invalid_body", "business_name")]
    [InlineData("""{"business_name": "Shop"} trailing""", 400, "invalid_body", null)]
    [InlineData("""{"business_name": "Shop" /* why */}""", 400, "invalid_body", null)]
    [InlineData("null", 400, "invalid_body", null)]
    [InlineData("[]", 400, "invalid_body", null)]
    [InlineData("", 400, "invalid_body", null)]
    [InlineData("{", 400, "invalid_body", null)]
    [InlineData("""{"business_name": "  "}""", 422, "invalid_value", "business_name")]
    [InlineData("""{"business_name": "Shop", "email": "x"}""", 422, "invalid_value", "email")]
    [InlineData("""{"business_name": "Shop", "time_zone": "Mars/Olympus"}""", 422, "invalid_value", "time_zone")]
    [InlineData("""{"business_name": "Shop", "slug": "No Slug"}""", 422, "invalid_value", "slug")]
    [InlineData("""{"business_name": "Shop", "slug": "42"}""", 422, "invalid_value", "slug")]
    public async Task Wrong_bodies_are_refused_and_name_the_field(string json, int status, string code, string? field)
    {
        var (answered, body, _) = await Send(HttpMethod.Post, "/api/v1/businesses", json);

        Assert.Equal(status, (int)answered);
        Assert.Equal(code, body.GetProperty("code").GetString());
        Assert.False(string.IsNullOrEmpty(body.GetProperty("trace_id").GetString()));
        if (field is not null)
        {
            Assert.True(body.GetProperty("errors").TryGetProperty(field, out _), body.ToString());
        }

        Assert.DoesNotContain("Inbox.", body.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slug_is_unique()
    {
        await Send(HttpMethod.Post, "/api/v1/businesses", """{"business_name": "Shop", "slug": "shop"}""");

        var (status, body, _) = await Send(HttpMethod.Post, "/api/v1/businesses", """{"business_name": "Other", "slug": "shop"}""");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("slug_taken", body.GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_older_address_ignores_fields_that_are_not_known()
        => Assert.Equal(HttpStatusCode.Created, (await Send(HttpMethod.Post, "/businesses", """{"business_name": "Shop", "plan": "gold"}""")).Status);

    [Theory]
    [InlineData("DELETE", "/api/v1/businesses", "application/json", 405)]
    [InlineData("POST", "/api/v1/businesses", "text/plain", 415)]
    [InlineData("GET", "/api/v1/nothing", "application/json", 404)]
    public async Task Every_refusal_is_a_problem_with_a_code(string method, string path, string type, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent("{}", Encoding.UTF8, type) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestApp.MasterKey);

        using var response = await App.Http.SendAsync(request, Cancellation);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413()
        => Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Send(HttpMethod.Post, "/api/v1/businesses", $$"""{"business_name": "{{new string('x', 1024 * 1024)}}"}""")).Status);

    private async Task<(HttpStatusCode Status, JsonElement Body, string? Location)> Send(HttpMethod method, string path, string? json = null, string? key = TestApp.MasterKey)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        using var response = await App.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement, response.Headers.Location?.ToString());
    }
}
