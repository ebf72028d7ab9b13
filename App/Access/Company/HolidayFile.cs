using System.Globalization;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Evaluation;
using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Access.Company;

/// <summary>Holidays out of a calendar file (iCalendar, RFC 5545), as authorities and calendar programs give them out.</summary>
public static class HolidayFile
{
    public const int LargestFile = 1024 * 1024;

    private const int LongestEvent = 60;

    // a rule that never happens is not followed to the end of time
    private static readonly EvaluationOptions Patience = new() { MaxUnmatchedIncrementsLimit = 1000 };

    /// <summary>The whole days of the file from one date to another, each once, in order. What repeats every year is there for each year.</summary>
    /// <exception cref="RefusedException">invalid_value: it is no calendar, or has no whole days then.</exception>
    public static IReadOnlyList<HolidayView> Read(string text, DateOnly from, DateOnly to)
    {
        var days = new SortedDictionary<DateOnly, string>();
        try
        {
            foreach (var calendar in CalendarCollection.Load(text))
            {
                foreach (var one in calendar.Events.Where(one => one.IsAllDay && one.RecurrenceRule is null or { Frequency: FrequencyType.Yearly }))
                {
                    foreach (var day in DaysOf(one, from, to))
                    {
                        days.TryAdd(day, string.IsNullOrWhiteSpace(one.Summary) ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : one.Summary.Trim().Cut(HoursView.LongestName));
                    }
                }
            }
        }
        catch (Exception error) when (error is not RefusedException)   // the library throws many kinds for what it cannot read
        {
            throw new RefusedException("invalid_value", "This file is no calendar that can be read. Choose one that ends in .ics.", field: "file");
        }

        return days.Count > 0
            ? [.. days.Select(day => new HolidayView(day.Key, day.Value, []))]
            : throw new RefusedException("invalid_value", "The file has no whole days in the next two years.", field: "file");
    }

    private static IEnumerable<DateOnly> DaysOf(CalendarEvent one, DateOnly from, DateOnly to)
    {
        foreach (var found in one.GetOccurrences(new CalDateTime(from.AddDays(-LongestEvent)), Patience).TakeWhile(found => found.Period.StartTime.Date <= to).Take(HoursView.MostHolidays))
        {
            var first = found.Period.StartTime.Date;
            // the end of whole days is the day after the last one
            var last = found.Period.EffectiveEndTime is { } end && end.Date > first ? end.Date.AddDays(-1) : first;
            for (var day = first; day <= last && day.DayNumber - first.DayNumber < LongestEvent; day = day.AddDays(1))
            {
                if (day >= from && day <= to)
                {
                    yield return day;
                }
            }
        }
    }
}
