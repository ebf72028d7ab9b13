using Inbox.Tenancy;

namespace Inbox.Access.Rights;

/// <summary>Sets caller and tenant of a request, after authentication and before authorization.</summary>
internal sealed class CallerMiddleware(RequestDelegate next, Callers callers)
{
    public async Task InvokeAsync(HttpContext context, CurrentCaller current, CurrentTenant tenant)
    {
        if (await callers.FindAsync(context.User, context.RequestAborted) is { } caller)
        {
            current.Value = caller;
            tenant.Use(caller.TenantId);
        }

        await next(context);
    }
}
