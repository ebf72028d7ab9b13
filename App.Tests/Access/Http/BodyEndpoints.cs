using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Access.Http;

/// <summary>The endpoints of the running app that take a body, found by reflection, so that one of tomorrow is among them.</summary>
internal static class BodyEndpoints
{
    /// <returns>Each with an address of nothing that is there, and the type of its JSON body; null where it takes none.</returns>
    public static IEnumerable<(string Method, string Path, Type? Body)> Of(TestApp app)
        => from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           where endpoint.RoutePattern.RawText?.TrimStart('/').StartsWith("api/", StringComparison.Ordinal) == true
           let accepts = endpoint.Metadata.GetMetadata<IAcceptsMetadata>()
           // What reads the request itself and declares no body may ignore one: a visitor's new session, signing out.
           where accepts is not null || endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters().Any(parameter => parameter.ParameterType == typeof(Microsoft.AspNetCore.Http.HttpContext)) == false
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
           where method is "POST" or "PUT" or "PATCH"
           select (method, Address(endpoint), accepts?.ContentTypes.Contains("application/json") == true ? accepts.RequestType : null);

    /// <summary>No object has the id, so that nothing is changed by what is taken.</summary>
    public static string Address(RouteEndpoint endpoint) => "/" + Regex.Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), @"\{[^}]*\}", "999999");
}
