using System.Reflection;
using Inbox.Access.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Architecture;

public sealed class EndpointTests : AppTests
{
    protected override TestAppOptions Options(TestAppOptions options)
        => options with { Settings = new Dictionary<string, string?> { ["Inbox:Sandbox:Control"] = "true" } };

    [Fact]
    public void Every_endpoint_says_who_may_call_it()
    {
        var silent =
            from endpoint in Endpoints()
            where endpoint.Metadata.GetMetadata<IAuthorizeData>() is null
            where endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is null
            where endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
            select Name(endpoint);
        Assert.Empty(silent.Distinct());
    }

    [Fact]
    public void Every_endpoint_of_the_api_has_a_summary_and_a_tag()
    {
        var bare =
            from endpoint in Endpoints()
            where endpoint.RoutePattern.RawText?.TrimStart('/').StartsWith("api/", StringComparison.Ordinal) == true
            where endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is not ["OPTIONS"]
            where endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.IEndpointSummaryMetadata>() is null
                || endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.ITagsMetadata>() is null
            select Name(endpoint);
        Assert.Empty(bare.Distinct());
    }

    [Fact]
    public void Every_JSON_body_is_bound_and_checked_by_Body()
    {
        var others =
            from endpoint in Endpoints()
            where endpoint.Metadata.GetOrderedMetadata<IAcceptsMetadata>().Any(accepts => accepts.ContentTypes.Contains("application/json"))
            where endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters().Any(IsBody) != true
            select Name(endpoint);
        Assert.Empty(others.Distinct());

        static bool IsBody(ParameterInfo parameter) => parameter.ParameterType is { IsGenericType: true } type && (type.GetGenericTypeDefinition() == typeof(Body<>) || type.GetGenericTypeDefinition() == typeof(OptionalBody<>));
    }

    private static string Name(RouteEndpoint endpoint)
        => $"{string.Join('/', endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])} {endpoint.RoutePattern.RawText}";

    private IEnumerable<RouteEndpoint> Endpoints()
        => App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            // Development's search for files that were added since the build; the framework's own, without metadata.
            .Where(endpoint => endpoint.RoutePattern.RawText != "{**path:file}");
}
