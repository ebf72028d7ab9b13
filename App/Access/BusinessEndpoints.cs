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

        businesses.MapGet("/{business}", FindAsync).RequireAuthorization(Policies.SignedIn)
            .WithSummary("Shows a business, by number or slug").Refuses("business_not_found");
    }

    private static async Task<Created<CreatedBusinessView>> CreateAsync(Body<NewBusinessRequest> body, Businesses businesses, Caller caller, CancellationToken cancellation)
    {
        var wanted = body.Value;
        var (tenant, key) = await businesses.CreateAsync(
            caller, new NewBusiness(wanted.BusinessName, wanted.Slug, wanted.Email, wanted.TimeZone), cancellation);
        return TypedResults.Created($"/api/v1/businesses/{tenant.Id}", new CreatedBusinessView(
            tenant.Id, tenant.Slug, tenant.Name, tenant.Email, tenant.TimeZone, tenant.CreatedAt, key));
    }

    private static async Task<Results<Ok<BusinessView>, ProblemHttpResult>> FindAsync(string business, Businesses businesses, Caller caller, CancellationToken cancellation)
        => await businesses.FindAsync(caller, business, cancellation) is { } tenant
            ? TypedResults.Ok(new BusinessView(tenant.Id, tenant.Slug, tenant.Name, tenant.Email, tenant.TimeZone, tenant.CreatedAt))
            : Problems.Of(RefusedException.NotFound("business"));
}

/// <param name="Name">The person to talk to; kept for clients that send it.</param>
public sealed record NewBusinessRequest(
    [property: Required, StringLength(200, MinimumLength = 1)] string BusinessName,
    [property: StringLength(200)] string? Name = null,
    string? Slug = null,
    string? Email = null,
    string? TimeZone = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Email is not null && !EmailAddress.IsValid(Email))
        {
            yield return new ValidationResult("This is no e-mail address.", [nameof(Email)]);
        }

        if (TimeZone is not null && !(TimeZone.Length <= 100 && TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) && zone.HasIanaId))
        {
            yield return new ValidationResult("This is no IANA time zone, such as Europe/Berlin.", [nameof(TimeZone)]);
        }
    }
}

public sealed record BusinessView(long BusinessId, string Slug, string BusinessName, string? Email, string TimeZone, DateTime CreatedAt);

public sealed record CreatedBusinessView(long BusinessId, string Slug, string BusinessName, string? Email, string TimeZone, DateTime CreatedAt, string InternalApiKey);
