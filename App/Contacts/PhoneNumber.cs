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

    /// <summary>
    /// The ways in which one number is written, itself first. Brazil put a nine before its mobile numbers, Argentina writes one for
    /// calls from abroad, Mexico wrote a one: WhatsApp keeps to the one or the other form, whichever people type.
    /// </summary>
    /// <param name="digits">As <see cref="DigitsOf"/> gives them, with the country.</param>
    /// <seealso href="https://en.wikipedia.org/wiki/National_conventions_for_writing_telephone_numbers"/>
    public static IReadOnlyList<string> FormsOf(string digits) => digits switch
    {
        ['5', '5', _, _, '9', _, _, _, _, _, _, _, _] => [digits, digits.Remove(4, 1)],
        ['5', '5', _, _, >= '6' and <= '9', _, _, _, _, _, _, _] => [digits, digits.Insert(4, "9")],
        ['5', '4', '9', ..] when digits.Length == 13 => [digits, digits.Remove(2, 1)],
        ['5', '4', not '9', ..] when digits.Length == 12 => [digits, digits.Insert(2, "9")],
        ['5', '2', '1', ..] when digits.Length == 13 => [digits, digits.Remove(2, 1)],
        ['5', '2', not '1', ..] when digits.Length == 12 => [digits, digits.Insert(2, "1")],
        _ => [digits],
    };
}
