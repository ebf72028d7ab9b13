using System.Globalization;
using System.Text.RegularExpressions;

namespace Inbox.Conversations.Extras;

/// <summary>Finds the coordinates in what people copy: two numbers, or the link of a map.</summary>
internal static partial class MapPlace
{
    private const int Longest = 2000;

    /// <returns>Degrees, WGS 84; null where there are none.</returns>
    public static (double Latitude, double Longitude)? Read(string text)
    {
        if (text.Length > Longest)
        {
            return null;
        }

        // The pin of a Google link stands behind the middle of the map that it shows.
        foreach (var form in new[] { Pin, Marker, Fragment, AtSign, Pair, Whole })
        {
            if (form.Match(text) is { Success: true } found && Degrees(found.Groups["lat"].Value, 90) is { } latitude && Degrees(found.Groups["lon"].Value, 180) is { } longitude)
            {
                return (latitude, longitude);
            }
        }

        return null;
    }

    private static double? Degrees(string text, double most)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) && Math.Abs(degrees) <= most ? degrees : null;

    // https://www.google.com/maps/place/…/data=!3m1!4b1!4m6!3m5!…!3d52.5163!4d13.3777
    [GeneratedRegex(@"!3d(?<lat>-?\d{1,3}(\.\d+)?)!4d(?<lon>-?\d{1,3}(\.\d+)?)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 250)]
    private static partial Regex Pin { get; }

    // https://www.openstreetmap.org/?mlat=52.5163&mlon=13.3777#map=16/…
    [GeneratedRegex(@"mlat=(?<lat>-?\d{1,3}(\.\d+)?)&(amp;)?mlon=(?<lon>-?\d{1,3}(\.\d+)?)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 250)]
    private static partial Regex Marker { get; }

    // https://www.openstreetmap.org/#map=16/52.5163/13.3777
    [GeneratedRegex(@"#map=[\d.]+/(?<lat>-?\d{1,3}(\.\d+)?)/(?<lon>-?\d{1,3}(\.\d+)?)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 250)]
    private static partial Regex Fragment { get; }

    // https://www.google.com/maps/@52.5163,13.3777,17z
    [GeneratedRegex(@"@(?<lat>-?\d{1,3}(\.\d+)?),(?<lon>-?\d{1,3}(\.\d+)?)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 250)]
    private static partial Regex AtSign { get; }

    // ?q=52.5163%2C13.3777 · ll=52.5163,13.3777 · "we are at 52.5163, 13.3777": whole numbers would be those of houses and telephones
    [GeneratedRegex(@"(?<![\d.])(?<lat>-?\d{1,3}\.\d+)(\s*[,;]\s*|%2C|\s+)(?<lon>-?\d{1,3}\.\d+)(?![\d.])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 250)]
    private static partial Regex Pair { get; }

    // 52, 13.5 · geo:52,13
    [GeneratedRegex(@"^\s*(geo:)?(?<lat>-?\d{1,3}(\.\d+)?)\s*[,;]\s*(?<lon>-?\d{1,3}(\.\d+)?)\s*(\?.*)?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 250)]
    private static partial Regex Whole { get; }
}
