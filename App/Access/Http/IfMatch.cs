using System.Globalization;
using System.Reflection;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Inbox.Access.Http;

/// <summary>
/// The <c>If-Match</c> header (RFC 9110, 13.1.1) of a request that changes an <see cref="IVersioned"/> row. A handler takes
/// it as a parameter, reads the row, and calls <see cref="Check"/> before it changes it; it answers by
/// <see cref="Versions.WithVersion{TResult}"/>. What changes between the check and the save is refused by the save.
/// </summary>
/// <example>
/// <code>
/// roles.MapPut("/{id:long}", ChangeAsync).RequiresIfMatch();
///
/// static async Task&lt;WithVersion&lt;Ok&lt;RoleView&gt;&gt;&gt; ChangeAsync(long id, IfMatch match, Body&lt;RoleChange&gt; change, Roles roles, …)
/// {
///     var role = await roles.ChangeAsync(caller, id, change.Value, match.Check, cancellation);   // Action&lt;long&gt;, called with role.Version
///     return TypedResults.Ok(RoleView.Of(role)).WithVersion(role.Version);
/// }
/// </code>
/// </example>
public sealed class IfMatch
{
    private readonly IReadOnlyList<EntityTagHeaderValue> _tags;

    private IfMatch(IReadOnlyList<EntityTagHeaderValue> tags) => _tags = tags;

    /// <summary>For screens and workers, which hold no ETag.</summary>
    public static IfMatch Any { get; } = new([]);

    /// <summary>Passes when the header names this version, is <c>*</c>, or is not there on an endpoint that does not require it.</summary>
    /// <exception cref="RefusedException">version_stale: 412.</exception>
    public void Check(long version)
    {
        var current = TagOf(version);
        if (_tags.Count > 0 && !_tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, useStrongComparison: true)))
        {
            throw Stale();
        }
    }

    /// <summary>For a screen, which holds the version that it shows.</summary>
    /// <exception cref="RefusedException">version_stale.</exception>
    public static void Same(long read, long current)
    {
        if (read != current)
        {
            throw Stale();
        }
    }

    private static RefusedException Stale()
        => new("version_stale", "Somebody else changed this since you read it. Read it again and repeat.", StatusCodes.Status412PreconditionFailed);

    internal static EntityTagHeaderValue TagOf(long version) => new($"\"{version.ToString(CultureInfo.InvariantCulture)}\"");

    public static ValueTask<IfMatch?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (context.Request.Headers.IfMatch is not { Count: > 0 } header)
        {
            return context.GetEndpoint()?.Metadata.GetMetadata<IfMatchRequired>() is null
                ? ValueTask.FromResult<IfMatch?>(Any)
                : throw new RefusedException("if_match_required", "Send the ETag that you read as If-Match, so that nobody's change is overwritten.", StatusCodes.Status428PreconditionRequired);
        }

        return EntityTagHeaderValue.TryParseStrictList(header, out var tags)
            ? ValueTask.FromResult<IfMatch?>(new IfMatch([.. tags]))
            : throw new RefusedException("invalid_value", "If-Match holds ETags in quotes, or *.", StatusCodes.Status400BadRequest, "if_match");
    }
}

internal sealed class IfMatchRequired;

/// <summary>An answer with the row's version as its ETag.</summary>
public sealed class WithVersion<TResult>(TResult result, long version) : IResult, IEndpointMetadataProvider
    where TResult : IResult, IEndpointMetadataProvider
{
    public TResult Result => result;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.ETag = IfMatch.TagOf(version).ToString();
        return result.ExecuteAsync(httpContext);
    }

#pragma warning disable CA1000 // minimal APIs find it by name
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
#pragma warning restore CA1000
    {
        builder.Metadata.Add(new SendsVersion());
        TResult.PopulateMetadata(method, builder);
    }
}

/// <summary>The endpoint's answer has an ETag.</summary>
internal sealed class SendsVersion;

public static class Versions
{
    /// <summary>A change without <c>If-Match</c> is 428.</summary>
    public static TBuilder RequiresIfMatch<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder
        => endpoint.WithMetadata(new IfMatchRequired()).Refuses("if_match_required", "version_stale");

    /// <summary>Sends the row's version with the answer.</summary>
    public static WithVersion<TResult> WithVersion<TResult>(this TResult result, long version) where TResult : IResult, IEndpointMetadataProvider
        => new(result, version);
}
