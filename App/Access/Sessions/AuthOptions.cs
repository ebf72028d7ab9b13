using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Inbox.Access.Sessions;

/// <summary>Sessions, section <c>Inbox:Auth</c>.</summary>
public sealed class AuthOptions
{
    /// <summary>Minutes without a request after which a session ends. An open page keeps it alive.</summary>
    [Range(5, 1440)]
    public int SessionMinutes { get; set; } = 160;

    /// <summary>Hours after which a session ends whatever happens.</summary>
    [Range(1, 168)]
    public int LongestSessionHours { get; set; } = 12;

    /// <summary>Minutes that an access token of the API is good for.</summary>
    [Range(1, 1440)]
    public int AccessTokenMinutes { get; set; } = 25;

    /// <summary>Days that a refresh token is good for; each use gives a new one.</summary>
    [Range(1, 90)]
    public int RefreshTokenDays { get; set; } = 7;

    /// <summary>Minutes after which a sensitive change asks for the password again.</summary>
    [Range(1, 240)]
    public int ProofMinutes { get; set; } = 15;

    /// <summary>Days that an invitation's link is good for.</summary>
    [Range(1, 90)]
    public int InvitationDays { get; set; } = 7;

    /// <summary>Signs the access tokens of the API. Empty: a key made from the key-encryption key does.</summary>
    [RegularExpression("^(.{16,})?$", ErrorMessage = "Inbox:Auth:SigningKey needs at least 16 characters.")]
    public string? SigningKey { get; set; }

    internal TimeSpan AccessToken => TimeSpan.FromMinutes(AccessTokenMinutes);

    internal TimeSpan RefreshToken => TimeSpan.FromDays(RefreshTokenDays);

    internal TimeSpan Invitation => TimeSpan.FromDays(InvitationDays);

    internal TimeSpan Proof => TimeSpan.FromMinutes(ProofMinutes);

    internal TimeSpan LongestIdle => TimeSpan.FromMinutes(SessionMinutes);

    internal TimeSpan LongestSession => TimeSpan.FromHours(LongestSessionHours);
}

[OptionsValidator]
public sealed partial class AuthOptionsValidator : IValidateOptions<AuthOptions>;
