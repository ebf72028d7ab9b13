using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Inbox.Access.Factors;
using Inbox.Access.Http;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Access;

/// <summary>What a person proves himself with: password, second factor, passkeys.</summary>
public static class FactorEndpoints
{
    public static void MapFactors(this IEndpointRouteBuilder app)
    {
        var own = app.MapGroup("/api/v1/auth").WithTags("Password and second factor").RequireAuthorization(Policies.SignedIn)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429);
        own.MapPut("/password", ChangeAsync).WithSummary("Changes the own password and ends the other sessions");
        own.MapGet("/second-factor", StateAsync).WithSummary("Whether the own account has a second factor");
        own.MapPost("/second-factor", BeginAsync).WithSummary("Makes a secret for an authenticator app");
        own.MapPost("/second-factor/confirm", ConfirmAsync).WithSummary("Switches the second factor on with a first code; the recovery codes are shown this once");
        own.MapPost("/second-factor/recovery-codes", NewCodesAsync).WithSummary("Makes new recovery codes; the old ones are void");
        own.MapDelete("/second-factor", RemoveAsync).WithSummary("Switches the second factor off");
        own.MapGet("/passkeys", ListAsync).WithSummary("The own passkeys");
        own.MapPost("/passkeys/options", BeginPasskeyAsync).Produces<PasskeyOptionsView>().WithSummary("What a browser needs to make a passkey");
        own.MapPost("/passkeys", AddPasskeyAsync).WithSummary("Adds the passkey that a browser made");
        own.MapDelete("/passkeys/{id}", RemovePasskeyAsync).WithSummary("Removes one of the own passkeys").ProducesProblem(404);

        var open = app.MapGroup("/api/v1/auth").WithTags("Password and second factor").AllowAnonymous().ProducesProblem(400).ProducesProblem(422).ProducesProblem(429);
        open.MapPost("/password/forgot", ForgotAsync).WithSummary("Mails a link for a new password, if there is such an account");
        open.MapPost("/password/reset", ResetAsync).WithSummary("Sets a new password with the token of a link; the second factor stays");
        open.MapPost("/passkeys/sign-in/options", AskPasskeyAsync).Produces<PasskeyOptionsView>().WithSummary("What a browser needs to sign in with a passkey");
        open.MapPost("/passkeys/sign-in", EnterAsync).ProducesProblem(401).ProducesProblem(403).WithSummary("Starts a browser's session with a passkey");

        app.MapPost("/api/v1/users/{id:long}/password-link", LinkAsync).WithTags("Users").RequireAuthorization(PeoplePermissions.Write)
            .WithSummary("Makes a link for a colleague's new password, to be handed over").ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
        app.MapDelete("/api/v1/users/{id:long}/second-factor", ResetFactorAsync).WithTags("Users").RequireAuthorization(PeoplePermissions.Write)
            .WithSummary("Switches off the second factor of a colleague who lost it, and ends their sessions").ProducesProblem(401)
            .Refuses("user_not_found", "own_account", "reset_by_installation_only", "reauthentication_required", "second_factor_disabled");
    }

    private static async Task<NoContent> ChangeAsync(Body<PasswordRequest> body, Caller caller, Passwords passwords, CancellationToken cancellation)
    {
        await passwords.ChangeAsync(caller, body.Value.CurrentPassword, body.Value.NewPassword, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Accepted> ForgotAsync(HttpContext http, Body<ForgotRequest> body, PasswordLinks links, CancellationToken cancellation)
    {
        await links.AskAsync(http, body.Value.Email.Trim(), cancellation);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<NoContent> ResetAsync(Body<ResetRequest> body, Passwords passwords, CancellationToken cancellation)
    {
        await passwords.ResetAsync(body.Value.Token, body.Value.Password, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<PasswordLinkView>, ProblemHttpResult>> LinkAsync(long id, Caller caller, Passwords passwords, PasswordLinks links, TimeProvider clock, CancellationToken cancellation)
        => await passwords.LinkForAsync(caller, id, cancellation) is { } path
            ? TypedResults.Ok(new PasswordLinkView(links.Whole(path), (clock.GetUtcNow() + Passwords.LinkLifetime).UtcDateTime))
            : Problems.Of(RefusedException.NotFound("user"));

    private static async Task<Results<NoContent, ProblemHttpResult>> ResetFactorAsync(long id, Caller caller, FactorResets resets, CancellationToken cancellation)
        => await resets.ResetAsync(caller, id, cancellation) ? TypedResults.NoContent() : Problems.Of(RefusedException.NotFound("user"));

    private static async Task<Ok<FactorState>> StateAsync(Caller caller, OwnFactor factor, CancellationToken cancellation)
        => TypedResults.Ok(await factor.StateAsync(caller, cancellation));

    private static async Task<Ok<NewFactor>> BeginAsync(Caller caller, OwnFactor factor, CancellationToken cancellation)
        => TypedResults.Ok(await factor.BeginAsync(caller, cancellation));

    private static async Task<Ok<RecoveryCodesView>> ConfirmAsync(Body<CodeRequest> body, Caller caller, OwnFactor factor, CancellationToken cancellation)
        => TypedResults.Ok(new RecoveryCodesView(await factor.ConfirmAsync(caller, body.Value.Code, cancellation)));

    private static async Task<Ok<RecoveryCodesView>> NewCodesAsync(Caller caller, OwnFactor factor, CancellationToken cancellation)
        => TypedResults.Ok(new RecoveryCodesView(await factor.NewCodesAsync(caller, cancellation)));

    private static async Task<NoContent> RemoveAsync(Caller caller, OwnFactor factor, CancellationToken cancellation)
    {
        await factor.RemoveAsync(caller, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<ListOf<PasskeyRow>>> ListAsync(Caller caller, Passkeys passkeys, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<PasskeyRow>(await passkeys.ListAsync(caller, cancellation), null));

    private static async Task<ContentHttpResult> BeginPasskeyAsync(HttpContext http, Caller caller, Passkeys passkeys, CancellationToken cancellation)
        => TypedResults.Content(await passkeys.BeginAsync(http, caller, cancellation), "application/json");

    private static async Task<Ok<PasskeyRow>> AddPasskeyAsync(HttpContext http, Body<PasskeyRequest> body, Caller caller, Passkeys passkeys, CancellationToken cancellation)
        => TypedResults.Ok(await passkeys.AddAsync(http, caller, body.Value.Credential.GetRawText(), body.Value.Name, cancellation));

    private static async Task<Results<NoContent, ProblemHttpResult>> RemovePasskeyAsync(string id, Caller caller, Passkeys passkeys, CancellationToken cancellation)
        => await passkeys.RemoveAsync(caller, id, cancellation) ? TypedResults.NoContent() : Problems.Of(RefusedException.NotFound("passkey"));

    private static async Task<ContentHttpResult> AskPasskeyAsync(HttpContext http, Passkeys passkeys)
        => TypedResults.Content(await passkeys.AskAsync(http), "application/json");

    private static async Task<NoContent> EnterAsync(HttpContext http, Body<PasskeyRequest> body, Passkeys passkeys, BrowserSessions browser, CancellationToken cancellation)
    {
        if (!SameSite.Is(http.Request))
        {
            throw new RefusedException("cross_site", "Another site may not sign you in here.", StatusCodes.Status403Forbidden);
        }

        await browser.StartAsync(http, await passkeys.EnterAsync(http, body.Value.Credential.GetRawText(), cancellation));
        return TypedResults.NoContent();
    }
}

public sealed record PasswordRequest([property: Required, StringLength(512)] string CurrentPassword, [property: Required, StringLength(512)] string NewPassword);

public sealed record ForgotRequest([property: Required, StringLength(254)] string Email);

public sealed record ResetRequest([property: Required, StringLength(2000)] string Token, [property: Required, StringLength(512)] string Password);

public sealed record CodeRequest([property: Required, StringLength(40)] string Code);

public sealed record RecoveryCodesView(IReadOnlyList<string> RecoveryCodes);

/// <param name="Link">Good once; a path where the installation does not know its own address.</param>
public sealed record PasswordLinkView(string Link, DateTime ExpiresAt);

/// <param name="Credential">What the browser's PublicKeyCredential.toJSON() gives.</param>
public sealed record PasskeyRequest(JsonElement Credential, [property: StringLength(200)] string Name = "");

/// <summary>
/// What both kinds of options of the Web Authentication API have (W3C, Web Authentication Level 3, 5.4 and 5.5); a browser
/// takes the whole answer with parseCreationOptionsFromJSON or parseRequestOptionsFromJSON.
/// </summary>
/// <param name="Challenge">Base64url.</param>
/// <param name="Timeout">Milliseconds.</param>
public sealed record PasskeyOptionsView(string Challenge, long? Timeout);
