namespace Inbox.Tenancy;

/// <summary>A day of the calendar that has hours of its own.</summary>
/// <param name="Open">Empty: closed all day.</param>
public sealed record Holiday(DateOnly Date, string Name, IReadOnlyList<OpenInterval> Open);

/// <summary>
/// When a business is open, by the wall clock of its zone: a shop that opens at nine opens at nine in summer too. An hour
/// that the clock shows twice counts twice, one that it skips does not happen.
/// </summary>
/// <param name="Zone">Whose wall clock the times are.</param>
/// <param name="Week">Intervals by <see cref="DayOfWeek"/>, Sunday first; in order, none over another.</param>
/// <param name="Holidays">One at most for each date.</param>
public sealed record BusinessHours(TimeZoneInfo Zone, IReadOnlyList<IReadOnlyList<OpenInterval>> Week, IReadOnlyList<Holiday> Holidays)
{
    // a year of closed days is a business that is closed
    private const int LongestLook = 400;

    private static readonly IReadOnlyList<OpenInterval> AllDay = [new(0, OpenInterval.DayLength)];

    /// <summary>Never closed.</summary>
    public static BusinessHours Always(TimeZoneInfo zone) => new(zone, [.. Enumerable.Repeat(AllDay, 7)], []);

    public IReadOnlyList<OpenInterval> On(DateOnly date) => Holidays.FirstOrDefault(holiday => holiday.Date == date)?.Open ?? Week[(int)date.DayOfWeek];

    public bool IsOpenAt(DateTime utc)
    {
        var local = Local(utc);
        return On(DateOnly.FromDateTime(local)).Any(interval => interval.Holds(local.TimeOfDay));
    }

    /// <summary>The first moment from then on at which the business is open; null when it does not open within a year.</summary>
    public DateTime? NextOpening(DateTime utc) => IsOpenAt(utc) ? utc : NextChange(utc);

    /// <summary>The first moment from then on at which the business is closed; null when it does not close within a year.</summary>
    public DateTime? NextClosing(DateTime utc) => IsOpenAt(utc) ? NextChange(utc) : utc;

    /// <summary>How long the business was open between two moments; for promises that count opening hours only.</summary>
    public TimeSpan OpenBetween(DateTime from, DateTime to)
    {
        var open = TimeSpan.Zero;
        for (var at = from; at < to && NextOpening(at) is { } opens && opens < to;)
        {
            var closes = NextClosing(opens) is { } next && next < to ? next : to;
            open += closes - opens;
            at = closes;
        }

        return open;
    }

    /// <summary>
    /// Open turns to closed, or closed to open, only when the wall clock reaches the edge of an interval, or is set. Both kinds of
    /// moment are few, so each is tried, a day at a time.
    /// </summary>
    private DateTime? NextChange(DateTime utc)
    {
        var open = IsOpenAt(utc);
        for (var start = DateTime.SpecifyKind(utc, DateTimeKind.Utc); start < utc.AddDays(LongestLook) && start < DateTime.MaxValue.AddDays(-4); start = start.AddDays(1))
        {
            var end = start.AddDays(1);
            var found = Moments(start).Where(moment => moment > start && moment <= end && IsOpenAt(moment) != open).Order().Take(1).ToList();
            if (found is [var change])
            {
                return change;
            }
        }

        return null;
    }

    /// <summary>All moments of the day from then on at which something may change, and others around it, in any order.</summary>
    private IEnumerable<DateTime> Moments(DateTime start)
    {
        var hours = Enumerable.Range(-26, 26 + 50).Select(hour => start.AddHours(hour)).ToList();
        var offsets = hours.Select(Zone.GetUtcOffset).Distinct().ToList();
        var jumps = hours.Zip(hours.Skip(1)).Where(pair => Zone.GetUtcOffset(pair.First) != Zone.GetUtcOffset(pair.Second)).Select(pair => Jump(pair.First, pair.Second));
        var edges =
            from day in Enumerable.Range(-1, 4)
            let date = DateOnly.FromDateTime(Local(start)).AddDays(day)
            from minutes in On(date).SelectMany(interval => new[] { interval.From, interval.To }).Append(0)
            from offset in offsets
            select DateTime.SpecifyKind(date.ToDateTime(TimeOnly.MinValue).AddMinutes(minutes) - offset, DateTimeKind.Utc);
        return edges.Concat(jumps);
    }

    private DateTime Jump(DateTime before, DateTime after)
    {
        var offset = Zone.GetUtcOffset(before);
        while (after - before > TimeSpan.FromSeconds(1))
        {
            var middle = before + ((after - before) / 2);
            (before, after) = Zone.GetUtcOffset(middle) == offset ? (middle, after) : (before, middle);
        }

        return after.AddTicks(-(after.Ticks % TimeSpan.TicksPerSecond));
    }

    private DateTime Local(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), Zone);
}
