using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Access;

/// <summary>Sign-in for programs, and the sessions of whoever is signed in.</summary>
public static class AuthEndpoints
{
    public static void MapAuth(this IEndpointRouteBuilder app)
    {
        var open = app.MapGroup("/api/v1/auth").WithTags("Sign-in").AllowAnonymous()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(415).ProducesProblem(422).ProducesProblem(429);

        open.MapPost("/register", RegisterAsync).ProducesProblem(403).ProducesProblem(409)
            .WithSummary("Makes an account and, without tenant_id, a business; where that is open");
        open.MapPost("/login", SignInAsync).ProducesProblem(403)
            .WithSummary("Signs in by e-mail or user name and password; ?cookie=true starts the browser's session too");
        open.MapPost("/token", TokenAsync).WithSummary("OAuth2 password grant");
        open.MapPost("/refresh", RefreshAsync).ProducesProblem(409).WithSummary("Changes a refresh token for a new pair; each is good for one");

        var own = app.MapGroup("/api/v1/auth").WithTags("Sign-in").RequireAuthorization(Policies.SignedIn).ProducesProblem(401).ProducesProblem(403);
        own.MapPost("/logout", SignOutAsync).WithSummary("Ends the session with all its tokens");
        own.MapPost("/reauthenticate", ProveAsync).ProducesProblem(400).ProducesProblem(422).ProducesProblem(429)
            .WithSummary("Gives the password again, for changes that answer reauthentication_required");
        own.MapGet("/sessions", ListAsync).WithSummary("The own sessions that stand, the last used first");
        own.MapDelete("/sessions/{id:long}", EndAsync).ProducesProblem(404).WithSummary("Ends one of the own sessions");
        own.MapDelete("/sessions", EndAllAsync).WithSummary("Ends all of the own sessions; ?keep_this=true all others");
    }

    private static async Task<Created<SignedInView>> RegisterAsync(HttpContext http, Body<RegisterRequest> body, Registrations registrations, LiveSessions live, Tokens tokens, Accounts accounts, CancellationToken cancellation)
    {
        var wanted = body.Value;
        var who = await registrations.RegisterAsync(http, new NewAccount(wanted.Email, wanted.Password, wanted.Username, wanted.TenantId), cancellation);
        var pair = await tokens.IssueAsync(await live.StartAsync(http, who, cancellation), cancellation);
        return TypedResults.Created("/api/v1/auth/me", SignedInView.Of(pair, await accounts.OfAsync(who, cancellation)));
    }

    private static async Task<Ok<SignedInView>> SignInAsync(
        HttpContext http, Body<SignInRequest> body, SignIns signIns, BrowserSessions browser, LiveSessions live, Tokens tokens, Accounts accounts, CancellationToken cancellation, bool cookie = false)
    {
        if (cookie && !SameSite.Is(http.Request))
        {
            throw new RefusedException("cross_site", "Another site may not sign you in here.", StatusCodes.Status403Forbidden);
        }

        var wanted = body.Value;
        var who = Require(await signIns.CheckAsync(http, (wanted.Email ?? wanted.Username)!.Trim(), wanted.Password, wanted.TenantId, cancellation, wanted.Otp));
        var session = cookie ? await browser.StartAsync(http, who) : await live.StartAsync(http, who, cancellation);
        return TypedResults.Ok(SignedInView.Of(await tokens.IssueAsync(session, cancellation), await accounts.OfAsync(who, cancellation)));
    }

    private static async Task<Ok<TokenView>> TokenAsync(HttpContext http, Body<TokenRequest> body, SignIns signIns, LiveSessions live, Tokens tokens, CancellationToken cancellation)
    {
        var wanted = body.Value;
        var who = Require(await signIns.CheckAsync(http, wanted.Username.Trim(), wanted.Password, wanted.TenantId, cancellation, wanted.Otp));
        return TypedResults.Ok(TokenView.Of(await tokens.IssueAsync(await live.StartAsync(http, who, cancellation), cancellation)));
    }

    private static async Task<Ok<TokenView>> RefreshAsync(Body<RefreshRequest> body, Tokens tokens, CancellationToken cancellation)
        => TypedResults.Ok(TokenView.Of(await tokens.RefreshAsync(body.Value.RefreshToken, cancellation)));

    private static async Task<NoContent> SignOutAsync(HttpContext http, BrowserSessions browser)
    {
        await browser.EndAsync(http);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ProveAsync(Body<ProofRequest> body, Caller caller, Proofs proofs, CancellationToken cancellation)
    {
        await proofs.ProveAsync(caller, body.Value.Password, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<ListOf<SessionView>> ListAsync(HttpContext http, Caller caller, OwnSessions sessions, CancellationToken cancellation)
    {
        var current = SessionClaims.Of(http.User)?.Id;
        return new ListOf<SessionView>([.. (await sessions.ListAsync(caller, cancellation)).Select(session => SessionView.Of(session, current))], null);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndAsync(long id, Caller caller, OwnSessions sessions, CancellationToken cancellation)
        => await sessions.EndAsync(caller, id, cancellation) ? TypedResults.NoContent() : Problems.Of(RefusedException.NotFound("session"));

    private static async Task<NoContent> EndAllAsync(HttpContext http, Caller caller, OwnSessions sessions, CancellationToken cancellation, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "keep_this")] bool keepThis = false)
    {
        await sessions.EndAllAsync(caller, keepThis ? SessionClaims.Of(http.User)?.Id : null, cancellation);
        return TypedResults.NoContent();
    }

    internal static SignedIn Require(SignInOutcome outcome) => outcome switch
    {
        SignedIn who => who,
        SignInLocked locked => throw new RefusedException("too_many_attempts", "Too many wrong passwords. Try again later.", StatusCodes.Status429TooManyRequests) { RetryAfter = locked.Wait },
        SignInNeedsCode => throw new RefusedException("otp_required", "This account has a second factor: send its code as otp.", StatusCodes.Status401Unauthorized, "otp"),
        SignInWrongCode => throw new RefusedException("invalid_otp", "The code is wrong or was used already.", StatusCodes.Status401Unauthorized, "otp"),
        SignInNeedsPasskey => throw new RefusedException("passkey_required", "This business lets nobody in without a second factor, and yours is a passkey. Sign in with it in a browser.", StatusCodes.Status403Forbidden),
        SignInNeedsFactor => throw new RefusedException("second_factor_required", "This business lets nobody in without a second factor. Sign in with a browser once to set one up.", StatusCodes.Status403Forbidden),
        _ => throw new RefusedException("invalid_credentials", "E-mail or password is wrong, or there is no such business for you.", StatusCodes.Status401Unauthorized),
    };
}

/// <param name="TenantId">Slug or number of the business to join. Without it a new one is made.</param>
public sealed record RegisterRequest(
    [property: Required, StringLength(254)] string Email,
    [property: Required, StringLength(PasswordRules.MaxLength)] string Password,
    [property: StringLength(UserName.Longest, MinimumLength = UserName.Shortest)] string? Username = null,
    [property: StringLength(60)] string? TenantId = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!EmailAddress.IsValid(Email))
        {
            yield return new ValidationResult("This is no e-mail address.", [nameof(Email)]);
        }

        if (Username is not null && !UserName.IsValid(Username, Email))
        {
            yield return new ValidationResult(UserName.Rule, [nameof(Username)]);
        }
    }
}

/// <param name="Otp">A code of the second factor, or a recovery code, where the account has one.</param>
[FormBody]
[Example("""{"email": "ana@shop.example", "password": "correct horse battery"}""")]
public sealed record SignInRequest(
    [property: Required, StringLength(512)] string Password,
    [property: StringLength(254)] string? Username = null,
    [property: StringLength(254)] string? Email = null,
    [property: StringLength(60)] string? TenantId = null,
    [property: StringLength(40)] string? Otp = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(Username) && string.IsNullOrWhiteSpace(Email))
        {
            yield return new ValidationResult("One of username and email is needed.", [nameof(Username)]);
        }
    }
}

/// <summary>RFC 6749, 4.3; clients send the last three fields, and nothing here needs them.</summary>
[FormBody(Only = true)]
public sealed record TokenRequest(
    [property: Required, StringLength(254)] string Username,
    [property: Required, StringLength(512)] string Password,
    [property: StringLength(60)] string? TenantId = null,
    [property: StringLength(40)] string? Otp = null,
    [property: RegularExpression("^password$", ErrorMessage = "The grant type is password.")] string? GrantType = null,
    [property: StringLength(1000)] string? Scope = null,
    [property: StringLength(200)] string? ClientId = null,
    [property: StringLength(200)] string? ClientSecret = null);

public sealed record ProofRequest([property: Required, StringLength(512)] string Password);

public sealed record RefreshRequest([property: Required, StringLength(512)] string RefreshToken);

/// <param name="ExpiresIn">Seconds that the access token is good for.</param>
public sealed record TokenView(string AccessToken, string RefreshToken, string TokenType, int ExpiresIn)
{
    internal const string Bearer = "bearer";

    public static TokenView Of(TokenPair pair) => new(pair.AccessToken, pair.RefreshToken, Bearer, (int)pair.ExpiresIn.TotalSeconds);
}

/// <summary>What registering and signing in answer: the tokens, and whose they are.</summary>
public sealed record SignedInView(string AccessToken, string RefreshToken, string TokenType, int ExpiresIn, AccountView User)
{
    internal static SignedInView Of(TokenPair pair, AccountView user)
        => new(pair.AccessToken, pair.RefreshToken, TokenView.Bearer, (int)pair.ExpiresIn.TotalSeconds, user);
}

/// <param name="Device">What the client calls itself.</param>
/// <param name="IsProgram">It holds tokens; a browser has a cookie only.</param>
/// <param name="IsThis">The session that asks.</param>
public sealed record SessionView(long Id, string? Device, string? Address, bool IsProgram, DateTime StartedAt, DateTime SeenAt, DateTime ExpiresAt, bool IsThis)
{
    public static SessionView Of(Session session, string? current)
        => new(session.Id, session.Device, session.Address, session.HasTokens, session.StartedAt, session.SeenAt, session.ExpiresAt, session.Key == current);
}
