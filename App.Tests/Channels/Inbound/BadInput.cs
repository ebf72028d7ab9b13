using System.IO.Compression;
using System.Text;

namespace Inbox.Tests.Channels.Inbound;

/// <summary>Bodies that no platform should send and somebody will.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Body">From the body of a good request.</param>
public sealed record BadBody(string Name, Func<string, byte[]> Body)
{
    /// <summary>Well signed, they are acknowledged and kept whatever they hold.</summary>
    public static IReadOnlyList<BadBody> Kept { get; } =
    [
        new("nothing", _ => []),
        new("not JSON", _ => Utf8("hello")),
        new("null", _ => Utf8("null")),
        new("a number", _ => Utf8("123")),
        new("a text", _ => Utf8("\"text\"")),
        new("a list", _ => Utf8("[]")),
        new("an empty object", _ => Utf8("{}")),
        new("of another platform", good => Utf8(good.Replace("whatsapp_business_account", "page", StringComparison.Ordinal))),
        new("cut in the middle", good => Utf8(good[..(good.Length / 2)])),
        new("text after the end", good => Utf8(good + "tail")),
        new("two documents", good => Utf8(good + good)),
        new("a comment", good => Utf8("/* hello */" + good)),
        new("a key twice", good => Utf8(good.Replace("\"type\":\"text\"", "\"type\":\"text\",\"type\":\"image\"", StringComparison.Ordinal))),
        new("the id twice", good => Utf8(good.Replace("\"id\":\"wamid", "\"id\":\"wamid.other\",\"id\":\"wamid", StringComparison.Ordinal))),
        new("entry is an object", _ => Utf8("""{"object":"whatsapp_business_account","entry":{}}""")),
        new("entries of all shapes", _ => Utf8("""{"object":"whatsapp_business_account","entry":[null,1,"x",[],{},{"changes":null},{"changes":[null,1,{}]}]}""")),
        new("nested 70 deep", _ => Utf8(Nested(70))),
        new("nested 100,000 deep", _ => Utf8(Nested(100_000))),
        new("bytes that are no UTF-8", good => [.. Utf8(good[..20]), 0xFF, 0xFE, 0xC0, 0x80, .. Utf8(good[20..])]),
        new("UTF-16", good => Encoding.Unicode.GetBytes(good)),
        new("zeros", _ => new byte[1000]),
        new("random bytes", _ => Random(10_000)),
        new("gzip without saying so", good => Zipped(Utf8(good))),
        new("a number that no type holds", good => Utf8(good.Replace("\"type\":\"text\"", "\"type\":1e999999", StringComparison.Ordinal))),
    ];

    /// <summary>One thing is odd; the message is shown all the same, once.</summary>
    public static IReadOnlyList<BadBody> Shown { get; } =
    [
        new("as it should be", Utf8),
        new("a byte order mark", good => [0xEF, 0xBB, 0xBF, .. Utf8(good)]),
        new("U+0000 in the text", good => Utf8(good.Replace("hello", "hel\\u0000lo", StringComparison.Ordinal))),
        new("a lone high surrogate", good => Utf8(good.Replace("hello", "hello\\ud83d", StringComparison.Ordinal))),
        new("a lone low surrogate", good => Utf8(good.Replace("hello", "\\ude00hello", StringComparison.Ordinal))),
        new("surrogates the wrong way round", good => Utf8(good.Replace("hello", "hello\\ude00\\ud83d", StringComparison.Ordinal))),
        new("invalid UTF-8 in the text", good => Replaced(good, "hello", [.. "hello"u8, 0xF0, 0x9F])),
        new("U+0000 in the name", good => Utf8(good.Replace("Customer", "Cus\\u0000tomer", StringComparison.Ordinal))),
        new("a name as long as a book", good => Utf8(good.Replace("Customer", new string('x', 100_000), StringComparison.Ordinal))),
        new("an emoji across the limit of a name", good => Utf8(good.Replace("Customer", new string('x', 199) + "\\ud83d\\ude00", StringComparison.Ordinal))),
        new("an id of 5,000 characters", good => Utf8(good.Replace("wamid.", "wamid." + new string('i', 5000), StringComparison.Ordinal))),
        new("U+0000 in the id", good => Utf8(good.Replace("wamid.", "wamid.\\u0000", StringComparison.Ordinal))),
        new("a text of a megabyte", good => Utf8(good.Replace("hello", "hello" + new string('w', 1_000_000), StringComparison.Ordinal))),
        new("a time that is no number", good => Time(good, "\"soon\"")),
        new("a time that is no time", good => Time(good, "{}")),
        new("a time beyond all calendars", good => Time(good, "\"99999999999999999999\"")),
        new("a time before 1970", good => Time(good, "-5")),
        new("no time", good => Time(good, "null")),
        new("no contacts", good => Utf8(good.Replace("\"contacts\"", "\"others\"", StringComparison.Ordinal))),
        new("keys that nobody knows", good => Utf8(good.Replace("\"type\":\"text\"", "\"type\":\"text\",\"surprise\":{\"a\":[1,2,{\"b\":null}]}", StringComparison.Ordinal))),
        new("markup in the text", good => Utf8(good.Replace("hello", "hello<script>alert(1)</script>{{secret}}' OR 1=1--", StringComparison.Ordinal))),
        new("broken neighbours", good => Utf8(good.Replace("\"messages\":[", "\"messages\":[null,7,\"x\",[],{},", StringComparison.Ordinal))),
    ];

    public static byte[] Zipped(byte[] body)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Optimal))
        {
            zip.Write(body);
        }

        return memory.ToArray();
    }

    public override string ToString() => Name;

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Nested(int depth)
        => $$"""{"object":"whatsapp_business_account","entry":{{new string('[', depth)}}{{new string(']', depth)}}}""";

    private static byte[] Time(string good, string value)
        => Utf8(System.Text.RegularExpressions.Regex.Replace(good, "\"timestamp\":\"\\d+\"", $"\"timestamp\":{value}"));

    private static byte[] Replaced(string good, string text, byte[] with)
    {
        var at = good.IndexOf(text, StringComparison.Ordinal);
        return [.. Utf8(good[..at]), .. with, .. Utf8(good[(at + text.Length)..])];
    }

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(5).NextBytes(bytes);
        return bytes;
    }
}
