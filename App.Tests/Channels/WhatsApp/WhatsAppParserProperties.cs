using Inbox.Channels;

namespace Inbox.Tests.Channels.WhatsApp;

public sealed class WhatsAppParserProperties
{
    private const int Mutations = 20_000;

    private static readonly string[] Fragments =
    [
        "null", "true", "0", "-1", "1e999", "\"\"", "{}", "[]", "[[]]", "\"\\ud800\"", "\"\\u0000\"", "\\", "\"", "{", "}", "[", "]", ",", ":", "\"id\":", "\"messages\":", "\"from\":", "99999999999999999999",
    ];

    [Fact]
    public void Any_bytes_give_items_or_are_unreadable_and_the_same_bytes_the_same_items()
    {
        var random = new Random(20260115);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(0, 400)];
            random.NextBytes(bytes);
            Check(bytes);
        }
    }

    [Fact]
    public void Any_change_of_a_payload_gives_items_or_is_unreadable_and_the_same_bytes_the_same_items()
    {
        var random = new Random(20260116);
        var payloads = Payloads.All.Select(Payloads.Read).ToArray();
        for (var round = 0; round < Mutations; round++)
        {
            Check(Mutate(payloads[random.Next(payloads.Length)], random));
        }
    }

    [Fact]
    public void Each_value_of_a_payload_replaced_by_another_kind_loses_no_other_item()
    {
        foreach (var name in Payloads.All)
        {
            var text = System.Text.Encoding.UTF8.GetString(Payloads.Read(name));
            foreach (var value in new[] { "null", "7", "\"x\"", "[]", "{}", "[null]", "true" })
            {
                foreach (var colon in Positions(text, ": "))
                {
                    Check(System.Text.Encoding.UTF8.GetBytes(string.Concat(text.AsSpan(0, colon + 2), value, text.AsSpan(End(text, colon + 2)))));
                }
            }
        }
    }

    private static void Check(byte[] bytes)
    {
        var first = Read(bytes);
        Assert.Equal(first, Read(bytes));
    }

    private static string Read(byte[] bytes)
    {
        try
        {
            var items = Payloads.Parse(bytes);
            Assert.All(items.OfType<InboundMessage>(), message => Assert.NotEmpty(message.Contact.Addresses));
            Assert.DoesNotContain(items, item => Texts(item).Any(text => text is not null && (text.Contains('\0', StringComparison.Ordinal) || !IsWellFormed(text))));
            return Payloads.InWords(items);
        }
        catch (UnreadableDeliveryException error)
        {
            return error.Message;
        }
    }

    private static IEnumerable<string?> Texts(InboundItem item) => item switch
    {
        InboundMessage message => [message.Account, message.ExternalId, message.Text, message.Content?.ToJson(), message.ReplyTo, message.Contact.Name, .. message.Files.Select(file => file.Reference), .. message.Contact.Addresses.Select(address => address.Value)],
        InboundStatus status => [status.Account, status.ExternalId, status.Status, status.ErrorCode, status.ErrorDetail, status.Content],
        InboundNotice notice => [notice.Account, notice.Group, notice.Field, notice.Key, notice.Content],
        InboundReaction reaction => [reaction.Account, reaction.Target, reaction.Emoji],
        InboundWatermark watermark => [watermark.Account, watermark.Contact.Value],
        InboundRevision revision => [revision.Account, revision.Target, revision.Text],
        _ => [],
    };

    private static bool IsWellFormed(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
            {
                at++;
            }
            else if (char.IsSurrogate(text[at]))
            {
                return false;
            }
        }

        return true;
    }

    private static byte[] Mutate(byte[] payload, Random random)
    {
        var bytes = payload.ToList();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 30), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                    break;
                default:
                    bytes.InsertRange(at, System.Text.Encoding.UTF8.GetBytes(Fragments[random.Next(Fragments.Length)]));
                    break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        return [.. bytes];
    }

    private static IEnumerable<int> Positions(string text, string what)
    {
        for (var at = text.IndexOf(what, StringComparison.Ordinal); at >= 0; at = text.IndexOf(what, at + 1, StringComparison.Ordinal))
        {
            yield return at;
        }
    }

    // Where the value that starts here ends: at its closing bracket, or before the comma or the line's end.
    private static int End(string text, int start)
    {
        if (text[start] is not ('{' or '['))
        {
            return text.IndexOfAny([',', '\n'], start);
        }

        var depth = 0;
        for (var at = start; ; at++)
        {
            depth += text[at] is '{' or '[' ? 1 : text[at] is '}' or ']' ? -1 : 0;
            if (depth == 0)
            {
                return at + 1;
            }
        }
    }
}
