using System.Security.Claims;

namespace Inbox.Access.Rights;

/// <summary>
/// A circuit has no request, only the principal of the one that opened it: the client's address travels there, as a claim
/// that lives as long as the connection and that no cookie or token carries.
/// </summary>
internal static class ClientAddress
{
    private const string Type = "client-address";
    private const string Issuer = "connection";

    /// <returns>Another principal: the one given may be written into a cookie that is renewed.</returns>
    public static ClaimsPrincipal With(ClaimsPrincipal principal, string? address)
        => address is null || principal.Identity is not { IsAuthenticated: true } ? principal
            : new ClaimsPrincipal([.. principal.Identities, new ClaimsIdentity([new Claim(Type, address, ClaimValueTypes.String, Issuer)])]);

    public static string? Of(ClaimsPrincipal principal) => principal.FindFirst(claim => claim.Type == Type && claim.Issuer == Issuer)?.Value;
}
