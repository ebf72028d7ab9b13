using Inbox.Data;
using Inbox.Operations.Seeding;
using Inbox.Tenancy;
using Inbox.Tests.Journeys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests.Benchmarks.Load;

/// <summary>
/// The product in a process of its own, where a request that carries <see cref="Unchecked"/> is not asked who it is and
/// what it may: no token is read, no session looked up, no right checked. So one process answers both ways, in turns.
/// </summary>
internal static class ApiHost
{
    public const string Unchecked = "X-Bench-Unchecked";

    public static async Task<int> MainAsync(string[] arguments)
    {
        var (folder, port, conversations) = (arguments[0], int.Parse(arguments[1], System.Globalization.CultureInfo.InvariantCulture), int.Parse(arguments[2], System.Globalization.CultureInfo.InvariantCulture));
        await using var factory = new Factory(folder);
        factory.UseKestrel(port);
        factory.StartServer();
        await using (var scope = factory.Services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(1);
            await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync();
            await scope.ServiceProvider.GetRequiredService<Seed>().RunAsync(await db.Set<Tenant>().SingleAsync(tenant => tenant.Id == 1), conversations, conversations * 10, CancellationToken.None);
        }

        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        return 0;
    }

    private sealed class Factory(string folder) : WebApplicationFactory<global::Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Production");
            builder.UseContentRoot(Repository.PathOf("App"));
            builder.UseSetting("Inbox:DataDirectory", folder);
            foreach (var (key, value) in Owner.Settings(sampleData: false))
            {
                builder.UseSetting(key, value);
            }

            foreach (var budget in new[] { "SignIn", "User", "Key", "Business", "Address" })
            {
                builder.UseSetting($"Inbox:Limits:Api:{budget}PerMinute", "1000000");
            }

            builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.AspNetCore", LogLevel.Error));
            builder.ConfigureTestServices(services =>
            {
                services.PostConfigure<PolicySchemeOptions>("Either", either =>
                {
                    var select = either.ForwardDefaultSelector!;
                    either.ForwardDefaultSelector = http => http.Request.Headers.ContainsKey(Unchecked) ? "Session" : select(http);   // there is no cookie
                });
                services.AddTransient<PolicyEvaluator>();
                services.Replace(ServiceDescriptor.Transient<IPolicyEvaluator, Evaluator>());
            });
        }
    }

    private sealed class Evaluator(PolicyEvaluator real) : IPolicyEvaluator
    {
        /// <summary>Who asked last and was checked: the answer is for the same person either way.</summary>
        private static Caller? _last;

        public Task<AuthenticateResult> AuthenticateAsync(AuthorizationPolicy policy, HttpContext context) => real.AuthenticateAsync(policy, context);

        public async Task<PolicyAuthorizationResult> AuthorizeAsync(AuthorizationPolicy policy, AuthenticateResult authenticationResult, HttpContext context, object? resource)
        {
            var current = context.RequestServices.GetRequiredService<CurrentCaller>();
            if (_last is { } last && context.Request.Headers.ContainsKey(Unchecked))
            {
                current.Value = last;
                context.RequestServices.GetRequiredService<CurrentTenant>().Use(last.TenantId);
                return PolicyAuthorizationResult.Success();
            }

            _last = current.Value.Kind == CallerKind.User ? current.Value : _last;
            return await real.AuthorizeAsync(policy, authenticationResult, context, resource);
        }
    }
}
