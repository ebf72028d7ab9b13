using Inbox.Access.Http;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Inbox.Access.Company;

internal static class EntryEndpoints
{
    /// <param name="company">The group of the company profile.</param>
    public static void MapEntryRules(this IEndpointRouteBuilder company)
    {
        company.MapGet("/entry", ReadAsync).WithSummary("Shows who may enter the business and with what, and how many have no second factor yet")
            .RequireAuthorization(CompanyPermissions.Entry);
        company.MapPut("/entry", ChangeAsync)
            .WithSummary("Changes who may enter; when a second factor becomes required, sessions without one end at once")
            .RequireAuthorization(CompanyPermissions.Entry).RequiresIfMatch().Refuses("invalid_body", "reauthentication_required", "own_factor_first");
    }

    private static async Task<WithVersion<Ok<EntryView>>> ReadAsync(Caller caller, EntryRules rules, CancellationToken cancellation)
        => Answer(await rules.ReadAsync(caller, cancellation));

    private static async Task<WithVersion<Ok<EntryView>>> ChangeAsync(IfMatch match, Body<EntryRequest> body, Caller caller, EntryRules rules, CancellationToken cancellation)
        => Answer(await rules.ChangeAsync(caller, new EntryChange(body.Value.RequiresSecondFactor, body.Value.OpenRegistration), match.Check, cancellation));

    private static WithVersion<Ok<EntryView>> Answer(EntryFacts facts)
        => TypedResults.Ok(new EntryView(facts.RequiresSecondFactor, facts.OpenRegistration, facts.People, facts.WithoutFactor)).WithVersion(facts.Version);
}

/// <param name="RequiresSecondFactor">Nobody enters without one; null leaves it.</param>
/// <param name="OpenRegistration">Strangers may join as agents over the API, without an invitation; null leaves it.</param>
public sealed record EntryRequest(bool? RequiresSecondFactor = null, bool? OpenRegistration = null);

/// <param name="People">Who may enter now.</param>
/// <param name="PeopleWithoutFactor">Of those, who have neither an authenticator app nor a passkey.</param>
public sealed record EntryView(bool RequiresSecondFactor, bool OpenRegistration, int People, int PeopleWithoutFactor);
