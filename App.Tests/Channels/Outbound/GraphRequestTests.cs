using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Inbox.Tests.Channels.Outbound;

/// <summary>The stand-in of the platform lets nothing pass that is not as it is documented.</summary>
public sealed class GraphRequestTests
{
    private const string Right = """{"messaging_product":"whatsapp","recipient_type":"individual","to":"491701110001","type":"text","text":{"preview_url":false,"body":"Hi"},"biz_opaque_callback_data":"m:7"}""";

    [Fact]
    public void A_request_as_it_is_documented_has_nothing_wrong()
        => Assert.Empty(GraphRequest.Wrong(Request(), JsonElement.Parse(Right)));

    [Theory]
    [InlineData("PUT", "/v25.0/100000000001/messages", "Bearer token", "application/json")]
    [InlineData("POST", "/100000000001/messages", "Bearer token", "application/json")]
    [InlineData("POST", "/v25.0/me/messages", "Bearer token", "application/json")]
    [InlineData("POST", "/v25.0/100000000001/messages", "", "application/json")]
    [InlineData("POST", "/v25.0/100000000001/messages", "Bearer ", "application/json")]
    [InlineData("POST", "/v25.0/100000000001/messages", "Bearer token", "text/plain")]
    public void A_request_of_another_form_has(string method, string path, string authorization, string type)
        => Assert.Single(GraphRequest.Wrong(Request(method, path, authorization, type), JsonElement.Parse(Right)));

    [Theory]
    [InlineData("\"messaging_product\":\"whatsapp\"", "\"messaging_product\":\"messenger\"")]
    [InlineData("\"recipient_type\":\"individual\"", "\"recipient_type\":\"group\"")]
    [InlineData("\"recipient_type\":\"individual\",", "")]
    [InlineData("\"491701110001\"", "\"+49 170 1110001\"")]
    [InlineData("\"491701110001\"", "491701110001")]
    [InlineData("\"to\":\"491701110001\",", "")]
    [InlineData("\"to\":", "\"recipient\":\"DE.1\",\"to\":")]
    [InlineData("\"type\":\"text\"", "\"type\":\"image\"")]
    [InlineData("\"type\":\"text\"", "\"type\":\"hologram\"")]
    [InlineData("\"text\":{", "\"image\":{\"id\":\"1\"},\"text\":{")]
    [InlineData("\"body\":\"Hi\"", "\"body\":\"\"")]
    [InlineData("\"body\":\"Hi\"", "\"message\":\"Hi\"")]
    [InlineData("\"preview_url\":false", "\"preview_url\":\"no\"")]
    [InlineData(",\"biz_opaque_callback_data\":\"m:7\"", "")]
    [InlineData(",\"biz_opaque_callback_data\"", ",\"context\":{},\"biz_opaque_callback_data\"")]
    public void A_body_that_is_not_as_it_is_documented_has(string right, string wrong)
    {
        Assert.Contains(right, Right, StringComparison.Ordinal);

        Assert.NotEmpty(GraphRequest.Wrong(Request(), JsonElement.Parse(Right.Replace(right, wrong, StringComparison.Ordinal))));
    }

    private static HttpRequest Request(string method = "POST", string path = "/v25.0/100000000001/messages", string authorization = "Bearer token", string type = "application/json")
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Path, request.ContentType) = (method, path, type);
        request.Headers.Authorization = authorization;
        return request;
    }
}
