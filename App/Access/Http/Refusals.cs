using Microsoft.AspNetCore.Mvc;

namespace Inbox.Access.Http;

/// <summary>A refusal that an endpoint may give, beside those of its status that every endpoint may.</summary>
public sealed record Refusal(ProblemCode Problem);

public static class Refusals
{
    /// <summary>Documents how the endpoint refuses: the codes, and with them the statuses.</summary>
    /// <exception cref="InvalidOperationException">A code is not in <see cref="ProblemCatalogue"/>.</exception>
    public static TBuilder Refuses<TBuilder>(this TBuilder endpoint, params IEnumerable<string> codes) where TBuilder : IEndpointConventionBuilder
    {
        var problems = codes.Select(code => ProblemCatalogue.Find(code) ?? throw new InvalidOperationException($"{code} is not in the catalogue of problem codes.")).ToList();
        return endpoint.WithMetadata([
            .. problems.Select(problem => new Refusal(problem)),
            .. problems.Select(problem => problem.Statuses[0]).Distinct()
                .Select(status => new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), ["application/problem+json"])),
        ]);
    }
}
