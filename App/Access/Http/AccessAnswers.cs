using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Inbox.Access.Http;

/// <summary>Who may not: a page leads to sign-in or says so, a program gets 401 or 403 and never a redirect.</summary>
internal sealed class AccessAnswers : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
        }
        else if (authorizeResult.Challenged && Pages.IsWanted(context))
        {
            context.Response.Redirect(Pages.SignIn(context.Request));
        }
        else if (Pages.IsWanted(context))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;   // becomes a page on its way out
        }
        else
        {
            if (authorizeResult.Challenged)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
            }

            await Problems.Of(authorizeResult.Challenged ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden).ExecuteAsync(context);
        }
    }
}
