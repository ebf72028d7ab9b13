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
            From, To);

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
        => Assert.Equal("invalid_value", Assert.Throws<RefusedException>(() => HolidayFile.Read(text, From, To)).Code);

    [Theory]
    [InlineData("RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31")]
    [InlineData("RRULE:FREQ=SECONDLY;BYMONTH=13")]
    [InlineData("RRULE:FREQ=SECONDLY")]
    public void A_rule_that_never_or_always_happens_ends(string rule)
    {
        var found = Record.Exception(() => HolidayFile.Read(Calendar(Event("20270101", null, "Strange", rule)), From, To));

        Assert.True(found is null or RefusedException, found?.ToString());
    }

    private static string Calendar(params string[] events) => $"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\n{string.Concat(events)}END:VCALENDAR\r\n";

    private static string Event(string from, string? to, string name, string? rule = null)
        => $"BEGIN:VEVENT\r\nUID:{name}\r\nDTSTART;VALUE=DATE:{from}\r\n{(to is null ? "" : $"DTEND;VALUE=DATE:{to}\r\n")}{(rule is null ? "" : $"{rule}\r\n")}SUMMARY:{name}\r\nEND:VEVENT\r\n";
}
