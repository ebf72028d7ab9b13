using Inbox.Tenancy;

namespace Inbox.Access.Rights;

/// <summary>Sets caller and tenant of a request, after authentication and before authorization.</summary>
internal sealed class CallerMiddleware(RequestDelegate next, Callers callers, BusinessGate gate)
{
    public async Task InvokeAsync(HttpContext context, CurrentCaller current, CurrentTenant tenant, CurrentOrigin origin)
    {
        origin.Address = context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4().ToString() : context.Connection.RemoteIpAddress?.ToString();
        origin.Session = SessionClaims.Of(context.User)?.Id;
        context.User = ClientAddress.With(context.User, origin.Address);
        if (await callers.FindAsync(context.User, context.RequestAborted) is { } caller)
        {
            var (passed, closed) = await gate.PassAsync(caller, context.RequestAborted);
            if (passed is null && context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
            {
                throw BusinessGate.Refusal(closed!.Value);   // it is closed whenever nobody passes
            }

            current.Value = passed ?? Caller.Nobody;
            tenant.Use(current.Value.TenantId);
        }

        await next(context);
    }
}
