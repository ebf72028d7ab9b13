namespace Inbox.Contacts;

/// <summary>Phone numbers as contacts keep them.</summary>
public static class PhoneNumber
{
    public const int Shortest = 5;
    public const int Longest = 20;

    /// <summary>The digits; spaces, dashes, brackets, dots, slashes and a plus are read over.</summary>
    /// <returns>Null when the text is no number.</returns>
    public static string? DigitsOf(string? text)
    {
        var digits = string.Concat((text ?? "").Where(sign => sign is not (' ' or '-' or '(' or ')' or '+' or '.' or '/')));
        return digits.Length is >= Shortest and <= Longest && digits.All(char.IsAsciiDigit) ? digits : null;
    }
}
