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

    /// <summary>Signs the access tokens of the API, at least 32 characters. Empty: made from the key-encryption key.</summary>
    [MinLength(32)]
    public string? SigningKey { get; set; }

    internal TimeSpan LongestSession => TimeSpan.FromHours(LongestSessionHours);
}

[OptionsValidator]
public sealed partial class AuthOptionsValidator : IValidateOptions<AuthOptions>;
