using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Inbox.Shell.Ui;

/// <summary>Finds web addresses in text that people typed.</summary>
internal static partial class WebAddresses
{
    /// <summary>The text in pieces, in order; together they are the text.</summary>
    public static IEnumerable<(string Part, bool IsAddress)> Split(string text)
    {
        var at = 0;
        foreach (Match match in Address.Matches(text))
        {
            if (match.Index > at)
            {
                yield return (text[at..match.Index], false);
            }

            yield return (match.Value, true);
            at = match.Index + match.Length;
        }

        if (at < text.Length)
        {
            yield return (text[at..], false);
        }
    }

    /// <summary>Whether it may stand in a link: a whole address of the web, not a script.</summary>
    public static bool IsAddress([NotNullWhen(true)] string? address)
        => Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);

    // the punctuation at the end belongs to the sentence
    [GeneratedRegex("""https?://[^\s<>"']*[^\s<>"'.,;:!?)\]}]""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 250)]
    private static partial Regex Address { get; }
}
