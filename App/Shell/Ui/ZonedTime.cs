using System.Globalization;

namespace Inbox.Shell.Ui;

/// <summary>Times as people read them, in one zone. Pages take the business's as a cascading value.</summary>
public sealed record ZonedTime(TimeZoneInfo Zone, TimeProvider Clock)
{
    /// <summary>Where no business is known.</summary>
    public static ZonedTime Utc { get; } = new(TimeZoneInfo.Utc, TimeProvider.System);

    public DateOnly Today => Day(Clock.GetUtcNow().UtcDateTime);

    /// <summary>What the clock on the wall says.</summary>
    public TimeOnly Now => TimeOnly.FromDateTime(Local(Clock.GetUtcNow().UtcDateTime));

    public DateOnly Day(DateTime utc) => DateOnly.FromDateTime(Local(utc));

    /// <summary>10:24</summary>
    public string Hour(DateTime utc) => Local(utc).ToString("t", CultureInfo.CurrentCulture);

    /// <summary>The full time, for hovering.</summary>
    public string Full(DateTime utc) => Local(utc).ToString("f", CultureInfo.CurrentCulture);

    /// <summary>12 October, with the year when it is another one.</summary>
    public string Date(DateTime utc)
    {
        var day = Day(utc);
        return day.Year == Today.Year ? day.ToString("M", CultureInfo.CurrentCulture) : day.ToString("d MMMM yyyy", CultureInfo.CurrentCulture);
    }

    /// <summary>12 October, 10:24, with the year when it is another one.</summary>
    public string Moment(DateTime utc) => $"{Date(utc)}, {Hour(utc)}";

    /// <summary>The first moment of a day, in UTC.</summary>
    public DateTime StartOf(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        // A day may begin at one o'clock, when midnight is left out.
        return TimeZoneInfo.ConvertTimeToUtc(Zone.IsInvalidTime(local) ? local.AddHours(1) : local, Zone);
    }

    private DateTime Local(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), Zone);
}
