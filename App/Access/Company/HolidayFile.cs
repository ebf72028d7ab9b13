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
    private const int MostEvents = 1000;
    private const int LongestList = 31;
    private const int MostRepetitions = 400;
    private const int FirstYear = 1970;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    // a rule that never happens is not followed to the end of time
    private static readonly EvaluationOptions Patience = new() { MaxUnmatchedIncrementsLimit = 1000 };

    /// <summary>The whole days of the file from one date to another, each once, in order. What repeats every year is there for each year.</summary>
    /// <exception cref="RefusedException">invalid_value: it is no calendar, asks for more work than a calendar of holidays, or has no whole days then.</exception>
    public static async Task<IReadOnlyList<HolidayView>> ReadAsync(string text, DateOnly from, DateOnly to)
    {
        using var limit = new CancellationTokenSource(Longest);
        try
        {
            // Away from the page that waits for it. The library cannot be stopped within a rule, so the page does not wait for it longer either.
            return await Task.Run(() => Read(text, from, to, limit.Token), limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw TooMuch();
        }
    }

    public static IReadOnlyList<HolidayView> Read(string text, DateOnly from, DateOnly to, CancellationToken cancellation = default)
    {
        if (text.AsSpan().Count("BEGIN:VEVENT") > MostEvents)
        {
            throw TooMuch();
        }

        var days = new SortedDictionary<DateOnly, string>();
        try
        {
            foreach (var calendar in CalendarCollection.Load(text))
            {
                if (calendar.Events.Count > MostEvents || calendar.Events.Any(IsTooMuch))
                {
                    throw TooMuch();
                }

                foreach (var one in calendar.Events.Where(one => one.IsAllDay && one.RecurrenceRule is null or { Frequency: FrequencyType.Yearly }))
                {
                    cancellation.ThrowIfCancellationRequested();
                    foreach (var day in DaysOf(one, from, to))
                    {
                        cancellation.ThrowIfCancellationRequested();
                        days.TryAdd(day, string.IsNullOrWhiteSpace(one.Summary) ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : one.Summary.Trim().Cut(HoursView.LongestName));
                    }
                }
            }
        }
        catch (Exception error) when (error is not (RefusedException or OperationCanceledException))   // the library throws many kinds for what it cannot read
        {
            throw new RefusedException("invalid_value", "This file is no calendar that can be read. Choose one that ends in .ics.", field: "file");
        }

        return days.Count > 0
            ? [.. days.Select(day => new HolidayView(day.Key, day.Value, []))]
            : throw new RefusedException("invalid_value", "The file has no whole days in the next two years.", field: "file");
    }

    /// <summary>What no calendar of holidays has and what takes a machine long: it is followed from its first day on.</summary>
    private static bool IsTooMuch(CalendarEvent one)
        => one.RecurrenceRule is { } rule && (
            rule.Count > MostRepetitions
            || one.DtStart is { Year: < FirstYear }
            || new[] { rule.BySecond.Count, rule.ByMinute.Count, rule.ByHour.Count, rule.ByDay.Count, rule.ByMonthDay.Count, rule.ByYearDay.Count, rule.ByWeekNo.Count, rule.ByMonth.Count, rule.BySetPosition.Count }
                .Any(count => count > LongestList));

    private static RefusedException TooMuch()
        => new("invalid_value", "This file has more events or longer rules than a calendar of holidays. Choose one with holidays only.", field: "file");

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
