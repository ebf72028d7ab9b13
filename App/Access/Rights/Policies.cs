using Inbox.Tenancy;
using Microsoft.AspNetCore.Authorization;

namespace Inbox.Access.Rights;

/// <summary>Names of policies beside the permissions, each of which is a policy of its own name.</summary>
public static class Policies
{
    /// <summary>Whoever runs the installation: the master key or a super-admin.</summary>
    public const string Installation = "installation";

    /// <summary>Anybody signed in, or any key.</summary>
    public const string SignedIn = "signed-in";

    internal static void AddAll(AuthorizationOptions options)
    {
        foreach (var permission in PermissionCatalogue.Names)
        {
            options.AddPolicy(permission, policy => policy.RequireAuthenticatedUser().AddRequirements(new CallerRequirement(caller => caller.May(permission))));
        }

        options.AddPolicy(Installation, policy => policy.RequireAuthenticatedUser().AddRequirements(new CallerRequirement(caller => caller.IsSuperAdmin)));
        options.AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser().AddRequirements(new CallerRequirement(caller => caller.Kind != CallerKind.Nobody)));
        options.DefaultPolicy = options.GetPolicy(SignedIn)!;

        // An endpoint that names no right is closed. What is none of ours is left to become a 404, 405 or 415.
        options.FallbackPolicy = new AuthorizationPolicyBuilder()
            .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint).Build();
    }
}

internal sealed record CallerRequirement(Func<Caller, bool> IsMet) : IAuthorizationRequirement;

/// <summary>Asks the caller of the scope, whose rights are fresher than the claims of a cookie or circuit.</summary>
internal sealed class CallerRequirementHandler(CurrentCaller caller) : AuthorizationHandler<CallerRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, CallerRequirement requirement)
    {
        if (requirement.IsMet(caller.Value))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
