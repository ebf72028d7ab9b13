using Inbox.Data;

namespace Inbox.Tests.Data;

public sealed class CsvTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData("\tx", "'\tx")]
    [InlineData("'=x", "''=x")]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    public void A_field_of_an_export_comes_back_as_it_was(string text, string field)
    {
        Assert.Equal($"\"{field}\"\r\n", Csv.Line(text));
        Assert.Equal(text, Csv.Read(field));
    }
}
