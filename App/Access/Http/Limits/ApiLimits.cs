using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Inbox.Tenancy;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Http.Limits;

/// <summary>
/// Whom a request of the API is counted for: the account that it wants to sign in, the person or key that asks and its
/// business, or else the network it comes from. Webhooks are never counted, they end before this.
/// </summary>
internal sealed class ApiLimits(IOptions<ApiLimitOptions> options, TimeProvider clock) : PartitionedRateLimiter<HttpContext>
{
    private readonly Budgets _accounts = new(options.Value.SignInPerMinute, clock);
    private readonly Budgets _users = new(options.Value.UserPerMinute, clock);
    private readonly Budgets _keys = new(options.Value.KeyPerMinute, clock);
    private readonly Budgets _businesses = new(options.Value.BusinessPerMinute, clock);
    private readonly Budgets _addresses = new(options.Value.AddressPerMinute, clock);

    public override RateLimiterStatistics? GetStatistics(HttpContext resource) => null;

    protected override RateLimitLease AttemptAcquireCore(HttpContext resource, int permitCount)
        => resource.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && Wait(resource) is { } wait ? new Lease(wait) : Lease.None;

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(HttpContext resource, int permitCount, CancellationToken cancellationToken)
        => ValueTask.FromResult(AttemptAcquireCore(resource, permitCount));

    private TimeSpan? Wait(HttpContext http)
    {
        var caller = http.RequestServices.GetRequiredService<CurrentCaller>().Value;
        var wait = caller switch
        {
            { Kind: CallerKind.User, UserId: { } user } => _users.Take(user.ToString(CultureInfo.InvariantCulture)),
            { Kind: CallerKind.Key } => _keys.Take(Hash(http.Request.Headers.Authorization.ToString())),
            _ => _addresses.Take(Network.Of(http.Connection.RemoteIpAddress)),
        };
        return wait
            ?? (caller.TenantId > 0 ? _businesses.Take(caller.TenantId.ToString(CultureInfo.InvariantCulture)) : null)
            ?? (SignInAccount.Of(http) is { } account ? _accounts.Take(Hash(account)) : null);
    }

    /// <summary>A name of fixed length, and no secrets in memory for longer than needed.</summary>
    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    private sealed class Lease(TimeSpan? wait) : RateLimitLease
    {
        public static readonly Lease None = new(null);

        public override bool IsAcquired => wait is null;

        public override IEnumerable<string> MetadataNames => wait is null ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, [MaybeNullWhen(false)] out object? metadata)
            => (metadata = metadataName == MetadataName.RetryAfter.Name ? wait : null) is not null;
    }
}

internal static class LimitsSetup
{
    public static void AddLimits(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ApiLimitOptions, ApiLimitOptionsValidator>().BindConfiguration("Inbox:Limits:Api");
        services.AddSingleton<ApiLimits>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<ApiLimits>((limiter, api) =>
        {
            limiter.GlobalLimiter = api;
            limiter.OnRejected = RefuseAsync;
        });
    }

    public static void UseLimits(this IApplicationBuilder app)
    {
        app.UseMiddleware<SignInAccount>();
        app.UseRateLimiter();
    }

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellation)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(10);
        rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await Problems.Of(StatusCodes.Status429TooManyRequests).ExecuteAsync(rejected.HttpContext);
    }
}
