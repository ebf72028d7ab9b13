using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Access.Pictures;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Inbox.Access.People;

public static class ProfileEndpoints
{
    public static void MapProfile(this IEndpointRouteBuilder app)
    {
        var profile = app.MapGroup("/api/v1/profile").WithTags("Profile").RequireAuthorization(Policies.SignedIn).ProducesProblem(401).ProducesProblem(403);

        profile.MapGet("/", FindAsync).WithSummary("Shows the person who asks");
        profile.MapPut("/", ChangeAsync).WithSummary("Changes the caller's name").ProducesProblem(400).ProducesProblem(422);
        profile.MapPut("/availability", ChooseAsync).WithSummary("Says whether the caller takes work").ProducesProblem(400).ProducesProblem(422);
        profile.MapPut("/avatar", ShowAsync).WithSummary("Uploads the caller's picture: PNG, JPEG or WebP of at most 512 KB").DisableAntiforgery().Refuses("invalid_body", "picture_too_large", "unsupported_picture");
        profile.MapDelete("/avatar", HideAsync).WithSummary("Removes the caller's picture");
        app.MapPost("/switch-business", SwitchAsync).RequireAuthorization(Policies.SignedIn).WithTags("Profile").WithSummary("Goes on in another business of the person; a form of the menu");
        profile.MapGet("/businesses", BusinessesAsync).WithSummary("Lists the businesses that the caller may enter");
    }

    private static async Task<Ok<UserView>> FindAsync(Caller caller, Profiles profiles, TenantSlugs slugs, CancellationToken cancellation)
        => TypedResults.Ok(UserView.Of(await profiles.FindAsync(caller, cancellation), await slugs.FindAsync(caller.TenantId, cancellation)));

    private static async Task<Ok<UserView>> ChangeAsync(Body<ProfileRequest> body, Caller caller, Profiles profiles, TenantSlugs slugs, CancellationToken cancellation)
    {
        await profiles.RenameAsync(caller, body.Value.FullName, cancellation);
        return await FindAsync(caller, profiles, slugs, cancellation);
    }

    private static async Task<Ok<UserView>> ChooseAsync(Body<AvailabilityRequest> body, Caller caller, Profiles profiles, TenantSlugs slugs, CancellationToken cancellation)
    {
        await profiles.ChooseAsync(caller, body.Value.Availability, cancellation);
        return await FindAsync(caller, profiles, slugs, cancellation);
    }

    private static async Task<Ok<UserView>> ShowAsync(IFormFile file, Caller caller, Profiles profiles, TenantSlugs slugs, CancellationToken cancellation)
    {
        await using var content = file.OpenReadStream();
        await profiles.ShowAsync(caller, await PictureFiles.ReadAsync(content, cancellation), cancellation);
        return await FindAsync(caller, profiles, slugs, cancellation);
    }

    private static async Task<NoContent> HideAsync(Caller caller, Profiles profiles, CancellationToken cancellation)
    {
        await profiles.ShowAsync(caller, null, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<RedirectHttpResult> SwitchAsync(
        [FromForm] long business, HttpContext http, Caller caller, Profiles profiles, BrowserSessions sessions, CancellationToken cancellation)
    {
        return TypedResults.LocalRedirect(
            (await profiles.BusinessesAsync(caller, cancellation)).Any(own => own.Id == business) ? await sessions.SwitchAsync(http, business, caller.Name) : Pages.Home);
    }

    private static async Task<Ok<ListOf<OwnBusinessView>>> BusinessesAsync(Caller caller, Profiles profiles, CancellationToken cancellation)
        => TypedResults.Ok(new ListOf<OwnBusinessView>(
            [.. (await profiles.BusinessesAsync(caller, cancellation)).Select(business => new OwnBusinessView(business.Slug, business.Name, business.Id == caller.TenantId))], null));
}

public sealed record ProfileRequest([property: Required, StringLength(100, MinimumLength = 1)] string FullName);

public sealed record AvailabilityRequest(Availability Availability);

/// <param name="TenantId">The slug.</param>
public sealed record OwnBusinessView(string TenantId, string Name, bool IsActive);
