using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Inbox.Tenancy;

/// <summary>A colour as <c>#</c> and six hexadecimal digits (CSS Color 4, 5.2).</summary>
public static partial class HexColour
{
    public static bool IsValid([NotNullWhen(true)] string? text) => text is not null && Pattern.IsMatch(text);

    [GeneratedRegex(@"^#[0-9a-fA-F]{6}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern { get; }
}
