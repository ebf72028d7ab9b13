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

    /// <summary>Will sign the access tokens of the API; nothing reads it before there are any. Empty: made from the key-encryption key.</summary>
    [RegularExpression("^(.{16,})?$", ErrorMessage = "Inbox:Auth:SigningKey needs at least 16 characters.")]
    public string? SigningKey { get; set; }

    internal TimeSpan LongestSession => TimeSpan.FromHours(LongestSessionHours);
}

[OptionsValidator]
public sealed partial class AuthOptionsValidator : IValidateOptions<AuthOptions>;
