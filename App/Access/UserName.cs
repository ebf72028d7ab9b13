namespace Inbox.Access;

/// <summary>What somebody may type instead of the e-mail to sign in; one on the whole installation.</summary>
public static class UserName
{
    public const int Shortest = 2;
    public const int Longest = 100;
    public const string Rule = "A user name holds no @ and does not begin or end with spaces.";

    /// <summary>With an @ one could take another's address as a name and be asked for by it; the own address is nobody else's.</summary>
    public static bool IsValid(string name, string? email)
        => name == email || (!name.Contains('@', StringComparison.Ordinal) && !name.Any(char.IsControl) && name.Trim().Length == name.Length);
}
