using System.Globalization;

namespace Inbox.Shell.Ui;

/// <summary>Times as people read them, in one zone.</summary>
public sealed record ZonedTime(TimeZoneInfo Zone, TimeProvider Clock)
{
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

    private DateTime Local(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), Zone);
}
