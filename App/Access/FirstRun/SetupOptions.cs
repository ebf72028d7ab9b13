using Inbox.Access.Sessions;
using Inbox.Tenancy;
using Microsoft.Extensions.Options;

namespace Inbox.Access.FirstRun;

/// <summary>First owner and business, made at start while there is no user; section <c>Inbox:Setup</c>.</summary>
public sealed class SetupOptions
{
    /// <summary>Empty: a one-time set-up link is printed instead.</summary>
    public string? Email { get; set; }

    public string? Password { get; set; }

    public string? Business { get; set; }

    /// <summary>Empty: made from the name of the business.</summary>
    public string? Slug { get; set; }

    public bool SampleData { get; set; }
}

public sealed class SetupOptionsValidator : IValidateOptions<SetupOptions>
{
    public ValidateOptionsResult Validate(string? name, SetupOptions options)
    {
        if (string.IsNullOrEmpty(options.Email) && string.IsNullOrEmpty(options.Password) && string.IsNullOrEmpty(options.Business))
        {
            return ValidateOptionsResult.Success;
        }

        var problems = new List<string>();
        if (!EmailAddress.IsValid(options.Email))
        {
            problems.Add("Inbox:Setup:Email must be an e-mail address.");
        }

        if (PasswordRules.Check(options.Password ?? "", options.Email) is { } wrong)
        {
            problems.Add($"Inbox:Setup:Password cannot be used. {PasswordRules.Sentence(wrong)}");
        }

        if (string.IsNullOrWhiteSpace(options.Business) || options.Business.Length > Installations.LongestName)
        {
            problems.Add($"Inbox:Setup:Business must be the name of the business, at most {Installations.LongestName} characters.");
        }

        if (!string.IsNullOrEmpty(options.Slug) && !Tenancy.Slug.IsValid(options.Slug))
        {
            problems.Add("Inbox:Setup:Slug may hold lower-case letters, digits and single dashes, 2 to 60 characters, not only digits.");
        }

        return problems is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
