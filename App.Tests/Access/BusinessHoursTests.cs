using Inbox.Tenancy;

namespace Inbox.Tests.Access;

public sealed class BusinessHoursTests
{
    private static readonly TimeZoneInfo Berlin = Zone("Europe/Berlin");

    [Theory]
    [InlineData("2026-11-25T08:00", true)]     // Wednesday 09:00 in Berlin
    [InlineData("2026-11-25T07:59", false)]
    [InlineData("2026-11-25T11:59", true)]
    [InlineData("2026-11-25T12:00", false)]    // lunch
    [InlineData("2026-11-25T13:00", true)]
    [InlineData("2026-11-25T17:00", false)]
    [InlineData("2026-11-28T10:00", false)]    // Saturday
    public void A_business_is_open_within_its_intervals_and_not_at_their_end(string utc, bool open)
        => Assert.Equal(open, Working(Berlin).IsOpenAt(Utc(utc)));

    [Fact]
    public void It_opens_at_nine_in_summer_and_in_winter()
    {
        var hours = Working(Berlin);

        Assert.Equal(Utc("2026-07-01T07:00"), hours.NextOpening(Utc("2026-07-01T00:00")));
        Assert.Equal(Utc("2026-12-01T08:00"), hours.NextOpening(Utc("2026-12-01T00:00")));
    }

    [Fact]
    public void The_next_opening_after_Friday_evening_is_Monday_and_after_a_holiday_the_day_behind_it()
    {
        var hours = Working(Berlin) with { Holidays = [new Holiday(new DateOnly(2026, 11, 30), "Stocktaking", []), new Holiday(new DateOnly(2026, 12, 1), "Half a day", [new OpenInterval(14 * 60, 15 * 60)])] };

        Assert.Equal(Utc("2026-11-30T08:00"), Working(Berlin).NextOpening(Utc("2026-11-27T18:00")));
        Assert.Equal(Utc("2026-12-01T13:00"), hours.NextOpening(Utc("2026-11-27T18:00")));
        Assert.Equal(Utc("2026-12-02T08:00"), hours.NextOpening(Utc("2026-12-01T14:00")));
    }

    [Fact]
    public void An_open_business_says_when_it_closes_and_a_closed_one_that_it_is_closed()
    {
        Assert.Equal(Utc("2026-11-25T12:00"), Working(Berlin).NextClosing(Utc("2026-11-25T08:30")));
        Assert.Equal(Utc("2026-11-25T12:30"), Working(Berlin).NextClosing(Utc("2026-11-25T12:30")));
        Assert.Equal(Utc("2026-11-25T08:30"), Working(Berlin).NextOpening(Utc("2026-11-25T08:30")));
    }

    [Fact]
    public void Hours_until_midnight_and_from_midnight_on_are_one()
    {
        var hours = Week(Berlin, day => day switch
        {
            DayOfWeek.Friday => [new OpenInterval(22 * 60, OpenInterval.DayLength)],
            DayOfWeek.Saturday => [new OpenInterval(0, 2 * 60)],
            _ => [],
        });

        Assert.True(hours.IsOpenAt(Utc("2026-11-27T23:00")));
        Assert.Equal(Utc("2026-11-28T01:00"), hours.NextClosing(Utc("2026-11-27T21:30")));
    }

    [Fact]
    public void An_hour_that_the_clock_skips_does_not_happen()
    {
        // 29 March 2026: 02:00 is 03:00
        var hours = Week(Berlin, _ => [new OpenInterval(2 * 60, 3 * 60)]);

        Assert.False(hours.IsOpenAt(Utc("2026-03-29T01:00")));
        Assert.Equal(Utc("2026-03-30T00:00"), hours.NextOpening(Utc("2026-03-28T12:00")));
        Assert.Equal(Utc("2026-03-29T01:00"), Week(Berlin, _ => [new OpenInterval(150, 240)]).NextOpening(Utc("2026-03-29T00:00")));
    }

    [Fact]
    public void An_hour_that_the_clock_shows_twice_counts_twice()
    {
        // 25 October 2026: 03:00 is 02:00 again
        var hours = Week(Berlin, _ => [new OpenInterval(2 * 60, 3 * 60)]);

        Assert.True(hours.IsOpenAt(Utc("2026-10-25T00:30")));
        Assert.True(hours.IsOpenAt(Utc("2026-10-25T01:30")));
        Assert.Equal(Utc("2026-10-25T02:00"), hours.NextClosing(Utc("2026-10-25T00:30")));
        Assert.Equal(TimeSpan.FromHours(2), hours.OpenBetween(Utc("2026-10-25T00:00"), Utc("2026-10-25T12:00")));
    }

    [Fact]
    public void A_date_that_a_zone_never_had_is_skipped()
    {
        // Samoa went from 29 to 31 December 2011.
        var hours = Week(Zone("Pacific/Apia"), day => day == DayOfWeek.Friday ? [new OpenInterval(9 * 60, 17 * 60)] : []);

        Assert.Equal(Utc("2012-01-05T19:00"), hours.NextOpening(Utc("2011-12-30T00:00")));
    }

    [Fact]
    public void A_business_that_never_closes_or_never_opens_says_so()
    {
        Assert.Null(BusinessHours.Always(Berlin).NextClosing(Utc("2026-11-25T08:30")));
        Assert.Null(Week(Berlin, _ => []).NextOpening(Utc("2026-11-25T08:30")));
        Assert.Equal(TimeSpan.FromHours(48), BusinessHours.Always(Berlin).OpenBetween(Utc("2026-10-24T12:00"), Utc("2026-10-26T12:00")));
        Assert.Equal(TimeSpan.Zero, Week(Berlin, _ => []).OpenBetween(Utc("2026-10-24T12:00"), Utc("2026-10-26T12:00")));
    }

    [Theory]
    [InlineData("00:00", 0)]
    [InlineData("09:30", 570)]
    [InlineData("24:00", 1440)]
    [InlineData("24:01", null)]
    [InlineData("09:60", null)]
    [InlineData("9:30", null)]
    [InlineData("09.30", null)]
    [InlineData("٠٩:٣٠", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Times_are_read_as_the_wall_clock_writes_them(string? clock, int? minutes) => Assert.Equal(minutes, OpenInterval.Minutes(clock));

    /// <summary>Any hours, around any change of the clock: the answers are those of looking at the clock every minute.</summary>
    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T01:00")]
    [InlineData("Europe/Berlin", "2026-10-25T01:00")]
    [InlineData("America/New_York", "2026-03-08T07:00")]
    [InlineData("America/New_York", "2026-11-01T06:00")]
    [InlineData("Australia/Lord_Howe", "2026-04-04T15:00")]   // half an hour
    [InlineData("Australia/Lord_Howe", "2026-10-03T15:30")]
    [InlineData("America/Sao_Paulo", "2018-11-04T03:00")]     // midnight itself is skipped
    [InlineData("America/Sao_Paulo", "2019-02-17T02:00")]     // and shown twice
    [InlineData("Pacific/Apia", "2011-12-30T10:00")]
    [InlineData("Asia/Kathmandu", "2026-05-05T00:00")]
    [InlineData("Pacific/Kiritimati", "2026-05-05T00:00")]
    [InlineData("Etc/GMT+12", "2026-05-05T00:00")]
    public void Every_answer_is_the_one_of_the_wall_clock(string zoneName, string change)
    {
        var zone = Zone(zoneName);
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var hours = Any(random, zone, DateOnly.FromDateTime(Utc(change)));
            var start = Utc(change).AddMinutes(-random.Next(2 * OpenInterval.DayLength));
            var minutes = Enumerable.Range(0, 4 * OpenInterval.DayLength).Select(minute => start.AddMinutes(minute)).ToList();
            var open = minutes.ConvertAll(minute => Plain(hours, minute));

            Assert.Equal(open, minutes.ConvertAll(hours.IsOpenAt));
            var (opens, closes) = (open.IndexOf(true), open.IndexOf(false));
            if (opens >= 0)
            {
                Assert.Equal(minutes[opens], hours.NextOpening(start));
            }

            if (closes >= 0)
            {
                Assert.Equal(minutes[closes], hours.NextClosing(start));
            }

            Assert.Equal(TimeSpan.FromMinutes(open.Count(minute => minute)), hours.OpenBetween(start, start.AddMinutes(minutes.Count)));
        }
    }

    /// <summary>The definition, word for word.</summary>
    private static bool Plain(BusinessHours hours, DateTime utc)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(utc, hours.Zone);
        var minute = (local.Hour * 60) + local.Minute;
        var holiday = hours.Holidays.SingleOrDefault(day => day.Date == DateOnly.FromDateTime(local));
        return (holiday is null ? hours.Week[(int)local.DayOfWeek] : holiday.Open).Any(interval => minute >= interval.From && minute < interval.To);
    }

    private static BusinessHours Any(Random random, TimeZoneInfo zone, DateOnly near)
        => new(
            zone,
            [.. Enumerable.Range(0, 7).Select(_ => Intervals(random))],
            [.. Enumerable.Range(-3, 7).Where(_ => random.Next(4) == 0).Select(day => new Holiday(near.AddDays(day), "Holiday", Intervals(random)))]);

    private static IReadOnlyList<OpenInterval> Intervals(Random random)
    {
        // Edges at whole and half hours meet the changes of the clock more often.
        var edges = Enumerable.Range(0, 2 * random.Next(4)).Select(_ => random.Next(2) == 0 ? random.Next(49) * 30 : random.Next(OpenInterval.DayLength + 1)).Distinct().Order().ToList();
        return [.. edges.Chunk(2).Where(pair => pair.Length == 2).Select(pair => new OpenInterval(pair[0], pair[1]))];
    }

    private static BusinessHours Working(TimeZoneInfo zone)
        => Week(zone, day => day is DayOfWeek.Saturday or DayOfWeek.Sunday ? [] : [new OpenInterval(9 * 60, 13 * 60), new OpenInterval(14 * 60, 18 * 60)]);

    private static BusinessHours Week(TimeZoneInfo zone, Func<DayOfWeek, IReadOnlyList<OpenInterval>> day) => new(zone, [.. Enum.GetValues<DayOfWeek>().Select(day)], []);

    private static TimeZoneInfo Zone(string name) => TimeZoneInfo.FindSystemTimeZoneById(name);

    private static DateTime Utc(string text) => DateTime.Parse(text + "Z", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AdjustToUniversal);
}
