using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Access.Pictures;
using Inbox.Access.Support;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Access.Company;

public static class CompanyEndpoints
{
    public static void MapCompany(this IEndpointRouteBuilder app)
    {
        var company = app.MapGroup("/api/v1/company-profile").WithTags("Company").RequireAuthorization(CompanyPermissions.Read)
            .Refuses("unauthorized", "forbidden", "rate_limited", "business_not_found");

        company.MapGet("/", ReadAsync).WithSummary("Shows the company profile with its business hours, and whether it is open now");
        company.MapPut("/", ChangeAsync).WithSummary("Changes the company profile; what is left out stays, an empty text removes a value")
            .RequireAuthorization(CompanyPermissions.Write).Refuses("invalid_body", "changed_meanwhile", "version_stale", "invalid_value");
        company.MapPut("/logo", LogoAsync).WithSummary("Uploads the logo: a PNG, JPEG or WebP picture of at most 512 KB")
            .RequireAuthorization(CompanyPermissions.Write).DisableAntiforgery().Refuses("invalid_body", "picture_too_large", "unsupported_picture");
        company.MapEntryRules();
        company.MapSupport();
        company.MapDelete("/logo", RemoveLogoAsync).WithSummary("Removes the logo").RequireAuthorization(CompanyPermissions.Write);
    }

    private static async Task<WithVersion<Ok<CompanyView>>> ReadAsync(Caller caller, CompanyProfiles profiles, TimeProvider clock, CancellationToken cancellation)
        => Answer(await profiles.ReadAsync(caller, cancellation), clock);

    private static async Task<WithVersion<Ok<CompanyView>>> ChangeAsync(IfMatch match, Body<CompanyChange> body, Caller caller, CompanyProfiles profiles, TimeProvider clock, CancellationToken cancellation)
    {
        var change = body.Value;
        var facts = await profiles.ChangeAsync(
            caller,
            new ProfileChange(
                change.Name, change.Email, change.TimeZone, change.Colour, change.AccentColour, change.Website, change.Phone, change.Address?.Street, change.Address?.PostalCode,
                change.Address?.City, change.Address?.Region, change.Address?.Country, change.Languages, change.BusinessHours),
            change.Version,
            cancellation,
            match.Check);
        return Answer(facts, clock);
    }

    private static async Task<WithVersion<Ok<CompanyView>>> LogoAsync(IFormFile file, Caller caller, CompanyProfiles profiles, TimeProvider clock, CancellationToken cancellation)
    {
        await using var content = file.OpenReadStream();
        var facts = await profiles.ShowLogoAsync(caller, await PictureFiles.ReadAsync(content, cancellation), cancellation);
        return Answer(facts, clock);
    }

    private static WithVersion<Ok<CompanyView>> Answer(CompanyFacts facts, TimeProvider clock)
        => TypedResults.Ok(CompanyView.Of(facts, clock.GetUtcNow().UtcDateTime)).WithVersion(facts.Profile.Version);

    private static async Task<NoContent> RemoveLogoAsync(Caller caller, CompanyProfiles profiles, CancellationToken cancellation)
    {
        await profiles.ShowLogoAsync(caller, null, cancellation);
        return TypedResults.NoContent();
    }
}

/// <param name="Version">Older form of If-Match: of the profile that was read; when somebody else changed it meanwhile the answer is 409.</param>
public sealed record CompanyChange(
    string? Name = null,
    string? Email = null,
    string? TimeZone = null,
    string? Colour = null,
    string? AccentColour = null,
    string? Website = null,
    string? Phone = null,
    AddressView? Address = null,
    IReadOnlyList<string>? Languages = null,
    HoursView? BusinessHours = null,
    [property: Range(0, long.MaxValue)] long? Version = null);

/// <param name="Country">ISO 3166, two letters.</param>
public sealed record AddressView(string? Street = null, string? PostalCode = null, string? City = null, string? Region = null, string? Country = null);

/// <param name="OpensAt">The next opening; null while open, and when it does not open within a year.</param>
/// <param name="ClosesAt">The next closing; null while closed, and when it never closes.</param>
public sealed record CompanyView(
    long BusinessId,
    string Slug,
    string Name,
    string? Email,
    string? LogoUrl,
    string? Colour,
    string? AccentColour,
    string? Website,
    string? Phone,
    AddressView Address,
    string TimeZone,
    IReadOnlyList<string> Languages,
    HoursView BusinessHours,
    bool IsOpen,
    DateTime? OpensAt,
    DateTime? ClosesAt,
    DateTime UpdatedAt,
    long Version)
{
    public static CompanyView Of(CompanyFacts facts, DateTime now)
    {
        var (tenant, profile, hours) = facts;
        var isOpen = hours.Hours.IsOpenAt(now);
        return new CompanyView(
            tenant.Id, tenant.Slug, tenant.Name, tenant.Email, profile.Logo?.Address, Said(profile.Colour), Said(profile.AccentColour), Said(profile.Website), Said(profile.Phone),
            new AddressView(Said(profile.Street), Said(profile.PostalCode), Said(profile.City), Said(profile.Region), Said(profile.Country)),
            tenant.TimeZone, profile.Languages.Split(',', StringSplitOptions.RemoveEmptyEntries), HoursView.Of(hours.Hours),
            isOpen, isOpen ? null : hours.Hours.NextOpening(now), isOpen ? hours.Hours.NextClosing(now) : null, profile.UpdatedAt, profile.Version);
    }

    private static string? Said(string text) => text.Length == 0 ? null : text;
}
