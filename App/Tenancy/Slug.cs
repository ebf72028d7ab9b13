using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Inbox.Tenancy;

/// <summary>The public name of a business in addresses: lower-case letters, digits and single dashes, 2 to 60 characters.</summary>
public static partial class Slug
{
    public const int MaxLength = 60;

    /// <summary>Only digits would be taken for a number where either a slug or a number is accepted.</summary>
    public static bool IsValid(string? text)
        => text is { Length: >= 2 and <= MaxLength } && Shape.IsMatch(text) && !text.All(char.IsAsciiDigit);

    /// <returns>A valid slug near to the name; <c>business</c> when nothing of it can be used.</returns>
    public static string From(string name)
    {
        var plain = new StringBuilder();
        foreach (var character in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                plain.Append(char.ToLowerInvariant(character));
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark && plain is [.., not '-'])
            {
                plain.Append('-');
            }
        }

        var slug = plain.ToString()[..Math.Min(plain.Length, 40)].Trim('-');
        return IsValid(slug) ? slug : IsValid($"business-{slug}") ? $"business-{slug}" : "business";
    }

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape { get; }
}
