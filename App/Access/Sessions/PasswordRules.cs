using System.Collections.Frozen;
using Microsoft.AspNetCore.Identity;

namespace Inbox.Access.Sessions;

public enum PasswordProblem
{
    TooShort,
    TooLong,
    Common,
    IsEmail,
}

/// <summary>Length instead of composition: 12 to 128 characters, none that everybody tries first.</summary>
public sealed class PasswordRules : IPasswordValidator<User>
{
    public const int MinLength = 12;
    public const int MaxLength = 128;

    private static readonly FrozenSet<string> Common = ReadCommon();

    /// <returns>Null when the password may be used.</returns>
    public static PasswordProblem? Check(string password, string? email)
        => password.Length < MinLength ? PasswordProblem.TooShort
            : password.Length > MaxLength ? PasswordProblem.TooLong
            : IsCommon(password) ? PasswordProblem.Common
            : string.Equals(password, email, StringComparison.OrdinalIgnoreCase) ? PasswordProblem.IsEmail
            : null;

    /// <summary>The same in English, for the log, the API and the command line.</summary>
    public static string Sentence(PasswordProblem problem) => problem switch
    {
        PasswordProblem.TooShort => $"The password needs at least {MinLength} characters.",
        PasswordProblem.TooLong => $"The password may have at most {MaxLength} characters.",
        PasswordProblem.Common => "The password is one that many people use. Take another one.",
        _ => "The password must not be the e-mail address.",
    };

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password)
        => Task.FromResult(Check(password ?? "", user.Email) is { } problem
            ? IdentityResult.Failed(new IdentityError { Code = problem.ToString(), Description = Sentence(problem) })
            : IdentityResult.Success);

    /// <summary>Digits and signs around a word do not make it another word: "Password2026!" is "password".</summary>
    private static bool IsCommon(string password)
    {
        var plain = password.ToLowerInvariant();
        var first = plain.AsSpan().IndexOfAnyInRange('a', 'z');
        return Common.Contains(plain) || IsRepeated(plain)
            || (first >= 0 && Common.Contains(plain[first..(plain.AsSpan().LastIndexOfAnyInRange('a', 'z') + 1)]));
    }

    /// <summary>"aaaaaaaaaaaa", "123123123123": one piece, again and again.</summary>
    private static bool IsRepeated(string password)
        => Enumerable.Range(1, password.Length / 2).Any(length => Enumerable.Range(length, password.Length - length).All(at => password[at] == password[at - length]));

    private static FrozenSet<string> ReadCommon()
    {
        using var file = new StreamReader(typeof(PasswordRules).Assembly.GetManifestResourceStream("Inbox.common-passwords.txt")!);
        return file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet();
    }
}
