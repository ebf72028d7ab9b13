using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Inbox.Shell.Ui;

namespace Inbox.Tests.Shell;

public sealed class TextMarksTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a *bold* word", "a |<b>bold|</> word")]
    [InlineData("_it_ ~st~", "<i>it|</> |<s>st")]
    [InlineData("*_both_* and _*both*_", "<bi>both|</> and |<bi>both")]
    [InlineData("*all of _it_.*", "<b>all of |<bi>it|<b>.")]
    [InlineData("(*x*), *y*!", "(|<b>x|</>), |<b>y|</>!")]
    [InlineData("`a*b*c` ```\nx\ny\n```", "<c>a*b*c|</> |<c>\nx\ny\n")]
    public void Marks_are_read_where_they_stand_around_words(string text, string runs) => Assert.Equal(runs, Shown(text));

    [Theory]
    [InlineData("2*3*4")]
    [InlineData("snake_case_name")]
    [InlineData("* a list")]
    [InlineData("*not closed")]
    [InlineData("*over\nlines*")]
    [InlineData("* spaced *")]
    [InlineData("**")]
    [InlineData("****")]
    [InlineData("``")]
    [InlineData("`over\nlines`")]
    public void What_is_no_mark_stays(string text) => Assert.Equal(text, Shown(text));

    [Fact]
    public void Nothing_in_an_address_is_a_mark_and_an_address_may_stand_within_marks()
    {
        Assert.Equal([new TextRun("https://example.com/a_b_c*d*", TextMark.None, true)], TextMarks.Read("https://example.com/a_b_c*d*"));
        Assert.Equal(
            [new TextRun("see ", TextMark.Bold), new TextRun("https://example.com/a_b", TextMark.Bold, true), new TextRun(" now", TextMark.Bold)],
            TextMarks.Read("*see https://example.com/a_b now*"));
        Assert.Equal([new TextRun("https://example.com", TextMark.Bold, true)], TextMarks.Read("*https://example.com*"));
        Assert.Equal([new TextRun("https://example.com", TextMark.Bold | TextMark.Italic, true)], TextMarks.Read("*_https://example.com_*"));
        Assert.Equal([new TextRun("see ", TextMark.Bold), new TextRun("https://example.com/a", TextMark.Bold, true)], TextMarks.Read("*see https://example.com/a*"));
    }

    [Fact]
    public void Nothing_of_a_text_is_lost_but_marks()
        => Prop.ForAll(
            Gen.ArrayOf(Gen.Elements("*", "_", "~", "`", "```", " ", "\n", "a", "é", "1", ".", "https://x.yz/_", "🙂")).Select(string.Concat).ToArbitrary(),
            text =>
            {
                var plain = TextMarks.Plain(text);
                var at = 0;
                foreach (var letter in plain)
                {
                    at = text.IndexOf(letter, at) + 1;
                    Assert.True(at > 0, "A letter of it is not of the text.");
                }

                Assert.Equal(Letters(text), Letters(plain));
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_text_full_of_marks_costs_little()
    {
        // As many as a thread shows at once, with an address that makes each step dearer.
        var text = "https://x.yz " + string.Concat(Enumerable.Repeat("(*a(_b(~c", 900));
        var began = Stopwatch.GetTimestamp();

        for (var bubble = 0; bubble < 150; bubble++)
        {
            Assert.Equal(text, TextMarks.Plain(text));
        }

        Assert.Equal(1_000_000, TextMarks.Plain(new string('*', 1_000_000)).Length);

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    private static string Letters(string text) => string.Concat(text.Where(letter => letter is not ('*' or '_' or '~' or '`')));

    /// <summary>Runs with their marks before them.</summary>
    private static string Shown(string text)
    {
        var (shown, before) = ("", TextMark.None);
        foreach (var run in TextMarks.Read(text))
        {
            var words = string.Concat(Enum.GetValues<TextMark>().Where(mark => mark != TextMark.None && run.Marks.HasFlag(mark)).Select(mark => char.ToLowerInvariant(mark.ToString()[0])));
            shown += (shown.Length > 0 ? "|" : "") + (run.Marks == before ? "" : run.Marks == TextMark.None ? "</>" : $"<{words}>") + run.Text;
            before = run.Marks;
        }

        return shown;
    }
}
