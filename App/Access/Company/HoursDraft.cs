using Inbox.Tenancy;

namespace Inbox.Access.Company;

/// <summary>Business hours while they are edited: what stands in the fields, right or wrong.</summary>
public sealed class HoursDraft
{
    /// <summary>An interval as two time fields, in which midnight at the end is 00:00.</summary>
    public sealed class Interval
    {
        public string From { get; set; } = "09:00";

        public string To { get; set; } = "17:00";

        internal IntervalView View => new(From, To is "00:00" ? OpenInterval.Clock(OpenInterval.DayLength) : To);

        internal static Interval Of(IntervalView view) => new() { From = view.From, To = view.To is "24:00" ? "00:00" : view.To };
    }

    public sealed class HolidayDraft
    {
        public DateOnly Date { get; set; }

        public string Name { get; set; } = "";

        public List<Interval> Open { get; init; } = [];
    }

    /// <summary>By <see cref="HoursView.Days"/>.</summary>
    public required IReadOnlyDictionary<DayOfWeek, List<Interval>> Week { get; init; }

    public required List<HolidayDraft> Holidays { get; init; }

    public static HoursDraft Of(BusinessHours hours)
    {
        var view = HoursView.Of(hours);
        return new HoursDraft
        {
            Week = HoursView.Days.ToDictionary(day => day, day => view.Week[HoursView.Word(day)].Select(Interval.Of).ToList()),
            Holidays = [.. view.Holidays!.Select(holiday => new HolidayDraft { Date = holiday.Date, Name = holiday.Name, Open = [.. holiday.Open!.Select(Interval.Of)] })],
        };
    }

    public HoursView View()
        => new(
            Week.ToDictionary(day => HoursView.Word(day.Key), day => (IReadOnlyList<IntervalView>)[.. day.Value.Select(interval => interval.View)]),
            [.. Holidays.Select(holiday => new HolidayView(holiday.Date, holiday.Name, [.. holiday.Open.Select(interval => interval.View)]))]);

    /// <summary>One more interval after the last one of the day, or the usual day.</summary>
    public static void AddTo(List<Interval> day)
    {
        var from = day is [.., var last] && OpenInterval.Minutes(last.To) is { } end && end is > 0 and <= OpenInterval.DayLength - 120 ? end + 60 : 9 * 60;
        day.Add(new Interval { From = OpenInterval.Clock(from), To = OpenInterval.Clock(Math.Min(from + (day.Count == 0 ? 8 * 60 : 4 * 60), OpenInterval.DayLength - 1)) });
    }

    /// <summary>Gives all working days the hours of one.</summary>
    public void CopyToWorkingDays(DayOfWeek source)
    {
        foreach (var day in HoursView.Days.Take(5).Where(day => day != source))
        {
            Week[day].Clear();
            Week[day].AddRange(Week[source].Select(interval => new Interval { From = interval.From, To = interval.To }));
        }
    }
}
