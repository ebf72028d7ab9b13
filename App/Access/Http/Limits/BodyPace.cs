using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Inbox.Access.Http.Limits;

/// <summary>How fast the body of a request has to come: who sends a byte now and then is ended by the server.</summary>
internal static class BodyPace
{
    /// <summary>Asks for more than the server does of each. Over HTTP/2 the server's own pace stays: there it is the connection's.</summary>
    /// <seealso href="https://learn.microsoft.com/dotnet/api/microsoft.aspnetcore.server.kestrel.core.features.ihttpminrequestbodydataratefeature"/>
    public static void Require(HttpContext context, MinDataRate pace)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
        {
            context.Features.Get<IHttpMinRequestBodyDataRateFeature>()?.MinDataRate = pace;
        }
    }
}
