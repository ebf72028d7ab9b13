using Inbox.Access.Http.Idempotency;
using Inbox.Access.Http.Limits;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Http;

internal static class HttpSetup
{
    private const int LargestBody = 1024 * 1024;
    private const int MostConnections = 10_000;

    private static readonly TimeSpan SlowestHeaders = TimeSpan.FromSeconds(10);

    public static void AddHttp(this IServiceCollection services)
    {
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.Complete);
        services.AddExceptionHandler<ErrorAnswers>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessAnswers>();
        services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions, strict: true));
        // Without this a body that does not fit is an empty 400 outside Development.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddOtherOrigins();
        services.AddLimits();
        services.AddScoped<IdempotentAnswers>();
        services.AddSingleton<PolicyReports>();
        services.AddAntiforgery();
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<AccessOptions>>(Configure);
        services.Configure<KestrelServerOptions>(Configure);
        services.Configure<FormOptions>(forms => (forms.ValueCountLimit, forms.ValueLengthLimit) = (64, 64 * 1024));
    }

    public static void UseErrorAnswers(this IApplicationBuilder app)
    {
        app.UseFailureAnswers();
        app.UseWhen(Pages.IsWanted, pages => pages.UseStatusCodePagesWithReExecute(Pages.Status, createScopeForStatusCodePages: true));
        app.UseWhen(http => !Pages.IsWanted(http), programs => programs.UseStatusCodePages(
            status => (InvalidParameter.Of(status.HttpContext) ?? Problems.Of(status.HttpContext.Response.StatusCode)).ExecuteAsync(status.HttpContext)));
    }

    /// <summary>What an exception becomes, and nothing else.</summary>
    public static void UseFailureAnswers(this IApplicationBuilder app)
        => app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = Pages.Error,
            CreateScopeForErrors = true,
            AllowStatusCode404Response = true,
            StatusCodeSelector = ErrorAnswers.StatusOf,
            SuppressDiagnosticsCallback = _ => true,   // ErrorAnswers logs what is ours to repair, and only that
        });

    private static void Configure(AntiforgeryOptions antiforgery, IOptions<AccessOptions> access)
    {
        // This cookie's name cannot depend on the request, so it does on the public address.
        antiforgery.Cookie.Name = access.Value.PublicBaseUrl?.Scheme == Uri.UriSchemeHttps ? "__Host-inbox-form" : "inbox-form";
        antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        antiforgery.SuppressXFrameOptionsHeader = true;   // frame-ancestors says more
        antiforgery.HeaderName = CrossSiteGuard.Header;
    }

    private static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestBody;
        kestrel.Limits.RequestHeadersTimeout = SlowestHeaders;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = MostConnections;
    }
}
