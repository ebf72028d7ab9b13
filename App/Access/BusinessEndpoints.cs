using System.ComponentModel.DataAnnotations;
using Inbox.Access.Http;
using Inbox.Access.Rights;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Access;

public static class BusinessEndpoints
{
    public static void MapBusinesses(this IEndpointRouteBuilder app)
    {
        var businesses = app.MapGroup("/api/v1/businesses").WithTags("Businesses").Refuses("unauthorized", "forbidden", "rate_limited");

        businesses.MapPost("", CreateAsync).RequireAuthorization(Policies.Installation)
            .WithSummary("Makes a business; its internal key is shown this once").Refuses("invalid_body", "slug_taken", "invalid_value");

        businesses.MapGet("", ListAsync).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Lists the businesses of the installation, newest first; a business's own key sees its own").Refuses("invalid_cursor");
        businesses.MapGet("/{business}", FindAsync).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Shows a business, by number or slug").Refuses("business_not_found");
        businesses.MapPut("/{business}", ChangeAsync).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Changes a business; what is left out stays").Refuses("invalid_body", "business_not_found", "invalid_value", "version_stale");
        businesses.MapDelete("/{business}", RemoveAsync).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Closes a business at once and removes it, with all it has, when its grace is over").Refuses("business_not_found");
        businesses.MapPost("/{business}/rotate-key", RotateKeyAsync).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Makes a new internal key, shown this once; the one before ends. An owner in person does, the key itself, or the master key").Refuses("business_not_found", "owner_required", "reauthentication_required");
        businesses.MapPost("/{business}/suspend", SuspendAsync).RequireAuthorization(Policies.Installation)
            .WithSummary("Closes a business: nobody gets in, nothing is processed or sent").Refuses("invalid_body", "business_not_found", "business_leaving", "invalid_value");
        businesses.MapPost("/{business}/resume", ResumeAsync).RequireAuthorization(Policies.Installation)
            .WithSummary("Opens a suspended business, or restores one that was to be removed").Refuses("business_not_found");
    }

    private static async Task<Created<CreatedBusinessView>> CreateAsync(Body<NewBusinessRequest> body, Businesses businesses, Caller caller, CancellationToken cancellation)
    {
        var wanted = body.Value;
        var (tenant, key) = await businesses.CreateAsync(
            caller, new NewBusiness(wanted.BusinessName, wanted.Slug, wanted.Email, wanted.TimeZone), cancellation);
        return TypedResults.Created($"/api/v1/businesses/{tenant.Id}", new CreatedBusinessView(
            tenant.Id, tenant.Slug, tenant.Name, tenant.Email, tenant.TimeZone, tenant.CreatedAt, key));
    }

    private static async Task<WithVersion<Ok<BusinessView>>> FindAsync(string business, Businesses businesses, Caller caller, CancellationToken cancellation)
        => Answer(await businesses.FindAsync(caller, business, cancellation) ?? throw RefusedException.NotFound("business"));

    private static WithVersion<Ok<BusinessView>> Answer(Tenant tenant) => TypedResults.Ok(BusinessView.Of(tenant)).WithVersion(Businesses.VersionOf(tenant));

    private static async Task<Ok<ListOf<BusinessView>>> ListAsync(
        Caller caller, Businesses businesses, CancellationToken cancellation, string? q = null, int limit = 50, string? cursor = null)
    {
        var page = await businesses.PageAsync(caller, q, Paging.After(cursor), Paging.Limit(limit), cancellation);
        return TypedResults.Ok(new ListOf<BusinessView>([.. page.Items.Select(BusinessView.Of)], page.NextCursor));
    }

    private static async Task<WithVersion<Ok<BusinessView>>> ChangeAsync(
        string business, IfMatch match, Body<BusinessChangeRequest> body, Caller caller, Businesses businesses, CancellationToken cancellation)
    {
        var change = body.Value;
        return Answer(await businesses.ChangeAsync(caller, business, new BusinessChange(change.BusinessName, change.Email, change.TimeZone), match.Check, cancellation));
    }

    private static async Task<NoContent> RemoveAsync(string business, Caller caller, Businesses businesses, CancellationToken cancellation)
    {
        await businesses.RemoveAsync(caller, business, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<CreatedBusinessView>> RotateKeyAsync(string business, Caller caller, Businesses businesses, CancellationToken cancellation)
    {
        var (tenant, key) = await businesses.RotateKeyAsync(caller, business, cancellation);
        return TypedResults.Ok(new CreatedBusinessView(tenant.Id, tenant.Slug, tenant.Name, tenant.Email, tenant.TimeZone, tenant.CreatedAt, key));
    }

    private static async Task<Ok<BusinessView>> SuspendAsync(string business, OptionalBody<SuspendRequest> body, Caller caller, Businesses businesses, CancellationToken cancellation)
        => TypedResults.Ok(BusinessView.Of(await businesses.SuspendAsync(caller, business, body.Value?.Reason, cancellation)));

    private static async Task<Ok<BusinessView>> ResumeAsync(string business, Caller caller, Businesses businesses, CancellationToken cancellation)
        => TypedResults.Ok(BusinessView.Of(await businesses.ResumeAsync(caller, business, cancellation)));
}

/// <param name="Name">The person to talk to; kept for clients that send it.</param>
public sealed record NewBusinessRequest(
    [property: Required, StringLength(200, MinimumLength = 1)] string BusinessName,
    [property: StringLength(200)] string? Name = null,
    string? Slug = null,
    string? Email = null,
    string? TimeZone = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => BusinessRules.Check(Email, TimeZone);
}

file static class BusinessRules
{
    private const int LongestEmail = 200;

    public static IEnumerable<ValidationResult> Check(string? email, string? timeZone)
    {
        if (email is not null && (email.Length > LongestEmail || !EmailAddress.IsValid(email)))
        {
            yield return new ValidationResult("This is no e-mail address.", ["Email"]);
        }

        if (timeZone is not null && TimeZones.Find(timeZone) is null)
        {
            yield return new ValidationResult("This is no IANA time zone, such as Europe/Berlin.", ["TimeZone"]);
        }
    }
}

/// <param name="BusinessName">What is left out stays.</param>
/// <param name="Email">Empty removes it.</param>
public sealed record BusinessChangeRequest(
    [property: StringLength(200, MinimumLength = 1)] string? BusinessName = null, string? Email = null, string? TimeZone = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        => BusinessName is not null && string.IsNullOrWhiteSpace(BusinessName)
            ? [new ValidationResult("The name has 1 to 200 characters.", [nameof(BusinessName)])]
            : BusinessRules.Check(Email is "" ? null : Email, TimeZone);
}

public sealed record SuspendRequest([property: StringLength(200)] string? Reason = null);

/// <param name="Status">active, suspended or leaving.</param>
/// <param name="RemoveAt">When all of it is removed; null while nobody wants that.</param>
public sealed record BusinessView(long BusinessId, string Slug, string BusinessName, string? Email, string TimeZone, string Status, DateTime? RemoveAt, DateTime CreatedAt)
{
    public static BusinessView Of(Tenant tenant)
        => new(tenant.Id, tenant.Slug, tenant.Name, tenant.Email, tenant.TimeZone, tenant.State.ToString().ToLowerInvariant(), tenant.RemoveAt, tenant.CreatedAt);
}

public sealed record CreatedBusinessView(long BusinessId, string Slug, string BusinessName, string? Email, string TimeZone, DateTime CreatedAt, string InternalApiKey);
