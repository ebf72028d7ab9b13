using System.Globalization;

namespace Inbox.Tenancy;

/// <summary>A span of one day on the wall clock, in minutes from its midnight; 24:00 is its end. One that goes over midnight is two, on two days.</summary>
/// <param name="From">0 to 1439.</param>
/// <param name="To">Not included; more than <paramref name="From"/>, at most 1440.</param>
public readonly record struct OpenInterval(int From, int To)
{
    public const int DayLength = 24 * 60;

    public bool Holds(TimeSpan timeOfDay) => timeOfDay.TotalMinutes >= From && timeOfDay.TotalMinutes < To;

    /// <summary>09:00</summary>
    public static string Clock(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");

    /// <param name="clock">Hours and minutes of the wall clock, 00:00 to 24:00.</param>
    /// <returns>Null when it is no such time.</returns>
    public static int? Minutes(string? clock)
        => clock is [var h1, var h2, ':', var m1, var m2] && char.IsAsciiDigit(h1) && char.IsAsciiDigit(h2) && char.IsAsciiDigit(m1) && char.IsAsciiDigit(m2)
            && (((h1 - '0') * 10) + h2 - '0', ((m1 - '0') * 10) + m2 - '0') is var (hours, minutes)
            && minutes < 60 && (hours * 60) + minutes is var total and <= DayLength
                ? total
                : null;

    public override string ToString() => $"{Clock(From)}–{Clock(To)}";
}
