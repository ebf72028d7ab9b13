using System.Text.Json;
using Inbox.Access.Http;
using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Access.Company;

/// <param name="From">Wall clock, <c>09:00</c>.</param>
/// <param name="To">Wall clock, later than <paramref name="From"/>; <c>24:00</c> is the end of the day.</param>
public sealed record IntervalView(string From, string To);

/// <param name="Open">Left out or empty: closed all day.</param>
public sealed record HolidayView(DateOnly Date, string Name, IReadOnlyList<IntervalView>? Open = null);

/// <summary>Business hours as the API, the database and the forms write them.</summary>
/// <param name="Week">Intervals by day, <c>monday</c> to <c>sunday</c>; a day that is left out is closed.</param>
public sealed record HoursView(IReadOnlyDictionary<string, IReadOnlyList<IntervalView>> Week, IReadOnlyList<HolidayView>? Holidays = null)
{
    public const int MostIntervals = 8;
    public const int MostHolidays = 400;
    public const int LongestName = 100;

    /// <summary>Monday first, as the week is written.</summary>
    public static IReadOnlyList<DayOfWeek> Days { get; } =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>monday</summary>
    public static string Word(DayOfWeek day) => day.ToString().ToLowerInvariant();

    public static HoursView Of(BusinessHours hours)
        => new(
            Days.ToDictionary(Word, day => Views(hours.Week[(int)day])),
            [.. hours.Holidays.Select(holiday => new HolidayView(holiday.Date, holiday.Name, Views(holiday.Open)))]);

    public static HoursView Parse(string json) => JsonSerializer.Deserialize<HoursView>(json, ApiJson.Lenient)!;   // what we wrote

    public string ToJson() => JsonSerializer.Serialize(this, ApiJson.Lenient);

    /// <exception cref="InvalidValuesException">All that breaks a rule, by field below <c>business_hours</c>.</exception>
    public BusinessHours Read(TimeZoneInfo zone)
    {
        var wrong = new Dictionary<string, string[]>();
        foreach (var unknown in Week.Keys.Where(word => Days.All(day => Word(day) != word)))
        {
            wrong[$"business_hours.week.{unknown.Cut(20)}"] = ["The days are monday to sunday."];
        }

        var week = Enum.GetValues<DayOfWeek>().Select(day => Intervals(Week.GetValueOrDefault(Word(day)), $"business_hours.week.{Word(day)}", wrong)).ToList();
        var holidays = new List<Holiday>();
        foreach (var (view, place) in (Holidays ?? []).Take(MostHolidays + 1).Select((view, place) => (view, place)))
        {
            var field = $"business_hours.holidays.{place}";
            if (view.Name is not { Length: > 0 and <= LongestName } || string.IsNullOrWhiteSpace(view.Name))
            {
                wrong[$"{field}.name"] = [$"A holiday has a name of at most {LongestName} characters."];
            }

            if (holidays.Any(other => other.Date == view.Date))
            {
                wrong[$"{field}.date"] = [$"{view.Date:yyyy-MM-dd} is there twice."];
            }

            holidays.Add(new Holiday(view.Date, view.Name?.Trim() ?? "", Intervals(view.Open, $"{field}.open", wrong)));
        }

        if (holidays.Count > MostHolidays)
        {
            wrong["business_hours.holidays"] = [$"There may be {MostHolidays} holidays. Remove past ones."];
        }

        return wrong.Count > 0
            ? throw new InvalidValuesException(wrong)
            : new BusinessHours(zone, week, [.. holidays.OrderBy(holiday => holiday.Date)]);
    }

    private static IReadOnlyList<IntervalView> Views(IReadOnlyList<OpenInterval> open)
        => [.. open.Select(interval => new IntervalView(OpenInterval.Clock(interval.From), OpenInterval.Clock(interval.To)))];

    private static IReadOnlyList<OpenInterval> Intervals(IReadOnlyList<IntervalView>? views, string field, Dictionary<string, string[]> wrong)
    {
        var read = new List<OpenInterval>();
        foreach (var view in (views ?? []).Take(MostIntervals + 1))
        {
            if (OpenInterval.Minutes(view?.From) is not { } from || OpenInterval.Minutes(view?.To) is not { } to || from == OpenInterval.DayLength)
            {
                wrong[field] = ["Write times as hours and minutes, 09:00 to 24:00."];
                return [];
            }

            if (from >= to)
            {
                wrong[field] = [$"{view!.From}–{view.To} does not end after it begins. Hours over midnight are two intervals: until 24:00, and from 00:00 on the next day."];
                return [];
            }

            read.Add(new OpenInterval(from, to));
        }

        read.Sort((one, other) => one.From.CompareTo(other.From));
        if (read.Zip(read.Skip(1)).FirstOrDefault(pair => pair.Second.From < pair.First.To) is { First.To: > 0 } both)
        {
            wrong[field] = [$"{both.First} and {both.Second} overlap."];
        }

        if (read.Count > MostIntervals)
        {
            wrong[field] = [$"A day has at most {MostIntervals} intervals."];
        }

        return read;
    }
}
