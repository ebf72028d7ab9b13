using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Inbox.Tenancy;

/// <summary>A language such as <c>en</c> or <c>pt-BR</c> (BCP 47), of which the first part is one that the runtime knows.</summary>
public static partial class LanguageTag
{
    public static bool IsValid([NotNullWhen(true)] string? tag)
        => tag is not null && Pattern.IsMatch(tag) && CultureInfo.GetCultureInfo(tag.Split('-')[0]).ThreeLetterISOLanguageName.Length > 0;

    [GeneratedRegex(@"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern { get; }
}
