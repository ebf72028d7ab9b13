using Inbox.Access.Company;
using Inbox.Tenancy;

namespace Inbox.Tests.Access;

public sealed class HolidayFileTests
{
    private static readonly DateOnly From = new(2026, 11, 27);
    private static readonly DateOnly To = new(2028, 11, 27);

    [Fact]
    public void Whole_days_are_taken_each_once_and_yearly_ones_for_each_year()
    {
        var found = HolidayFile.Read(
            Calendar(
                Event("20270101", null, "New Year"),
                Event("20201225", "20201227", "Christmas", "RRULE:FREQ=YEARLY"),
                Event("20270101", null, "New Year again"),
                Event("20250501", null, "Long ago"),
                "BEGIN:VEVENT\r\nUID:meeting\r\nDTSTART:20270105T090000Z\r\nDTEND:20270105T100000Z\r\nSUMMARY:Meeting\r\nEND:VEVENT\r\n"),
            From, To, TestContext.Current.CancellationToken);

        Assert.Equal(
            [("2026-12-25", "Christmas"), ("2026-12-26", "Christmas"), ("2027-01-01", "New Year"), ("2027-12-25", "Christmas"), ("2027-12-26", "Christmas")],
            found.Select(holiday => (holiday.Date.ToString("yyyy-MM-dd", null), holiday.Name)));
        Assert.All(found, holiday => Assert.Empty(holiday.Open!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("<html></html>")]
    [InlineData("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:never\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")]
    [InlineData("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")]
    public void What_is_no_calendar_with_days_is_refused_in_words(string text)
        => Assert.Equal("invalid_value", Assert.Throws<RefusedException>(() => HolidayFile.Read(text, From, To, TestContext.Current.CancellationToken)).Code);

    [Theory]
    [InlineData("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31")]
    [InlineData("RRULE:FREQ=YEARLY;INTERVAL=400;BYMONTH=2;BYMONTHDAY=31")]
    [InlineData("RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU")]
    public void A_rule_that_never_or_always_happens_ends(string rule)
    {
        var found = Record.Exception(() => HolidayFile.Read(Calendar(Event("20270101", null, "Strange", rule)), From, To, TestContext.Current.CancellationToken));

        Assert.True(found is null or RefusedException, found?.ToString());
    }

    [Fact]
    public async Task What_asks_for_more_work_than_holidays_do_is_refused_in_words_and_at_once()
    {
        var many = Enumerable.Range(0, 1001).Select(number => Event("20270101", null, $"Day {number}")).ToArray();
        var counted = Enumerable.Range(0, 1000).Select(number => Event("19700101", null, $"Day {number}", "RRULE:FREQ=YEARLY;COUNT=400;BYDAY=MO,TU,WE,TH,FR,SA,SU")).ToArray();
        var days = string.Join(',', Enumerable.Range(1, 31).Append(31));
        var start = TimeProvider.System.GetTimestamp();

        foreach (var text in new[]
        {
            Calendar(many), Calendar(counted), Calendar(Event("20270101", null, "Often", "RRULE:FREQ=YEARLY;COUNT=401")), Calendar(Event("19691231", null, "Old", "RRULE:FREQ=YEARLY")),
            Calendar(Event("20270101", null, "Listed", $"RRULE:FREQ=YEARLY;BYMONTHDAY={days}")),
        })
        {
            Assert.Equal("invalid_value", (await Assert.ThrowsAsync<RefusedException>(() => HolidayFile.ReadAsync(text, From, To))).Code);
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task An_old_day_without_a_rule_and_a_rule_with_an_end_are_read()
    {
        var found = await HolidayFile.ReadAsync(Calendar(Event("19600101", null, "Once"), Event("20200501", null, "May", "RRULE:FREQ=YEARLY;COUNT=8")), From, To);

        Assert.Equal(["2027-05-01"], found.Select(holiday => holiday.Date.ToString("yyyy-MM-dd", null)));
    }

    private static string Calendar(params string[] events) => $"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\n{string.Concat(events)}END:VCALENDAR\r\n";

    private static string Event(string from, string? to, string name, string? rule = null)
        => $"BEGIN:VEVENT\r\nUID:{name}\r\nDTSTART;VALUE=DATE:{from}\r\n{(to is null ? "" : $"DTEND;VALUE=DATE:{to}\r\n")}{(rule is null ? "" : $"{rule}\r\n")}SUMMARY:{name}\r\nEND:VEVENT\r\n";
}
