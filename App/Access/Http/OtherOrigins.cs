using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Http;

/// <summary>
/// Pages of other sites at the API: those of the configured list, with a token and never with the browser's session. The
/// website chat answers by its own lists.
/// </summary>
internal static class OtherOrigins
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete];
    private static readonly string[] Readable = ["Location", "ETag", "Retry-After", "Idempotent-Replayed"];

    public static void AddOtherOrigins(this IServiceCollection services)
    {
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<AccessOptions>>((cors, access) => cors.AddDefaultPolicy(
            policy => policy.WithOrigins([.. access.Value.Cors]).WithMethods(Methods).AllowAnyHeader().WithExposedHeaders(Readable).SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
    }

    public static void UseOtherOrigins(this IApplicationBuilder app)
        => app.UseWhen(
            http => http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
                && !http.Request.Path.StartsWithSegments("/api/v1/widget", StringComparison.OrdinalIgnoreCase),
            api => api.UseCors());
}
