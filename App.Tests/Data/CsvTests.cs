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

    [Theory]
    [InlineData("a,b\r\n1,2\r\n", "1:a|b;2:1|2")]
    [InlineData("\uFEFFa;b\n1;2", "1:a|b;2:1|2")]
    [InlineData("a\tb\n\n1\t2", "1:a|b;3:1|2")]
    [InlineData("\"a,b\",\"say \"\"hi\"\"\"\n\"two\nlines\",x\ny,z", "1:a,b|say \"hi\";2:two\nlines|x;4:y|z")]
    [InlineData("a,\n,\n", "1:a|;2:|")]
    [InlineData("", "")]
    public void A_file_is_read_by_rows(string text, string rows)
        => Assert.Equal(rows, string.Join(';', Csv.Rows(text).Select(row => $"{row.Line}:{string.Join('|', row.Fields)}")));

    [Fact]
    public void A_quote_that_is_not_closed_is_no_file()
        => Assert.Throws<FormatException>(() => Csv.Rows("a\n\"b").ToList());

    [Fact]
    public void What_is_written_is_read_as_it_was()
    {
        string[] fields = ["plain", "=1+1", "'=x", "a \"b\"", "two\r\nlines", "", ";\t,"];

        Assert.Equal(fields, Assert.Single(Csv.Rows(Csv.Line([.. fields]))).Fields.Select(Csv.Read));
    }
}
