using System.Buffers.Text;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Inbox.Data;

namespace Inbox.Tests.Data;

public sealed class CursorTests
{
    [Fact]
    public void A_cursor_comes_back_as_it_was()
        => Prop.ForAll(ArbMap.Default.ArbFor<DateTime>(), ArbMap.Default.ArbFor<long>(), (at, id) =>
        {
            var cursor = new Cursor(DateTime.SpecifyKind(at, DateTimeKind.Utc), id & long.MaxValue);
            return Cursor.Parse(cursor.ToString()) == cursor;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_is_a_cursor_or_nothing_and_never_an_error()
        => Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            _ = Cursor.Parse(text);
            // The same text as the inside of a cursor, where it gets further.
            _ = Cursor.Parse(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text ?? "")));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("MS4x=")]
    [InlineData("LTEuMQ")] // -1.1
    [InlineData("OTIyMzM3MjAzNjg1NDc3NTgwNy4x")] // more ticks than time has
    [InlineData("MS4xLjE")] // 1.1.1
    public void Garbage_is_no_cursor(string? text) => Assert.Null(Cursor.Parse(text));
}
