using Inbox.Access.Factors;
using Inbox.Access.Rights;
using Inbox.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Sessions;

internal static class SessionsSetup
{
    private const string Either = "Either";

    // OWASP, Password Storage Cheat Sheet: PBKDF2 with HMAC-SHA512, 210,000 or more.
    private const int HashIterations = 220_000;

    public static void AddSessions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AuthOptions, AuthOptionsValidator>().BindConfiguration("Inbox:Auth");
        services.AddIdentityCore<User>(identity =>
            {
                identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
                identity.User.RequireUniqueEmail = true;
                identity.User.AllowedUserNameCharacters = "";
                identity.ClaimsIdentity.SecurityStampClaimType = "stamp";
            })
            .AddEntityFrameworkStores<InboxDb>();
        services.RemoveAll<IPasswordValidator<User>>();
        services.AddScoped<IPasswordValidator<User>, PasswordRules>();
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = HashIterations);
        services.AddScoped<SignIns>();
        services.AddScoped<SignInAttempts>();
        services.AddSingleton<KnownDevice>();
        services.AddScoped<SessionTrail>();
        services.AddScoped<BrowserSessions>();
        services.AddSingleton<LiveSessions>();
        services.AddSingleton<AccessTokens>();
        services.AddScoped<Tokens>();
        services.AddScoped<Registrations>();
        services.AddScoped<OwnSessions>();
        services.AddScoped<Proofs>();
        services.AddScoped<Passwords>();
        services.AddScoped<PasswordLinks>();
        services.AddScoped<PendingSignIns>();
        services.AddScoped<Passkeys>();
        services.AddScoped<SecondFactors>();
        services.AddScoped<FactorResets>();
        services.AddScoped<OwnFactor>();
        services.AddScoped<IPasskeyHandler<User>, PasskeyHandler<User>>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<IOptions<AccessOptions>>((passkeys, access) =>
        {
            passkeys.ServerDomain = access.Value.PublicBaseUrl?.Host;   // null: the host of the request, whose origin is checked
            passkeys.UserVerificationRequirement = "required";
            passkeys.ResidentKeyRequirement = "required";
        });

        services.AddAuthentication(Either)
            // A request with a key is the program's, whatever cookies come along.
            .AddPolicyScheme(Either, Either, either => either.ForwardDefaultSelector = http => BearerKeys.IsUsedBy(http.Request) ? BearerKeys.Name : SessionCookie.Scheme)
            .AddCookie(SessionCookie.Scheme)
            .AddScheme<AuthenticationSchemeOptions, BearerKeys>(BearerKeys.Name, null);
        services.AddOptions<CookieAuthenticationOptions>(SessionCookie.Scheme)
            .Configure<IOptions<AuthOptions>, Callers>(SessionCookie.Configure);
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitSession>();
    }
}
