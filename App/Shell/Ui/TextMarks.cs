namespace Inbox.Shell.Ui;

[Flags]
public enum TextMark
{
    None = 0,
    Bold = 1,
    Italic = 2,
    Strike = 4,
    Code = 8,
}

/// <summary>A piece of a text that looks the same.</summary>
/// <param name="IsAddress">An address of the web.</param>
public readonly record struct TextRun(string Text, TextMark Marks, bool IsAddress = false);

/// <summary>Reads the marks that people type in WhatsApp: *bold*, _italic_, ~struck through~, `code` and ```code```.</summary>
/// <seealso href="https://faq.whatsapp.com/539178204879377"/>
internal static class TextMarks
{
    private const string Fence = "```";

    // Nobody writes longer ones there.
    private const int Longest = 8192;

    /// <returns>The text in pieces, in order, without the marks that were read; what is no mark stays.</returns>
    public static IReadOnlyList<TextRun> Read(string text)
    {
        var pieces = WebAddresses.Split(text).ToList();
        if (text.Length > Longest)
        {
            return pieces.ConvertAll(piece => new TextRun(piece.Part, TextMark.None, piece.IsAddress));
        }

        var reader = new Reader(text, pieces);
        reader.Read(0, text.Length, TextMark.None);
        return reader.Runs;
    }

    /// <summary>The text without its marks.</summary>
    public static string Plain(string text) => string.Concat(Read(text).Select(run => run.Text));

    private sealed class Reader
    {
        private readonly string _text;

        // By the place at which it begins: where an address ends. Nothing in it is a mark.
        private readonly Dictionary<int, int> _addresses = [];

        // By mark: up to where none closes, so that many that open cost no more than one.
        private readonly Dictionary<char, int> _unclosed = [];

        public Reader(string text, IEnumerable<(string Part, bool IsAddress)> pieces)
        {
            _text = text;
            var at = 0;
            foreach (var (part, isAddress) in pieces)
            {
                if (isAddress)
                {
                    _addresses[at] = EndOf(at, at + part.Length);
                }

                at += part.Length;
            }
        }

        public List<TextRun> Runs { get; } = [];

        /// <summary>A mark at the end of an address is none of it where the same one stands before it in the line.</summary>
        private int EndOf(int from, int end)
        {
            var line = from == 0 ? -1 : _text.LastIndexOfAny(['\n', '\r'], from - 1);
            while (end > from + 1 && _text[end - 1] is '*' or '_' or '~' && _text.AsSpan(line + 1, from - line - 1).Contains(_text[end - 1]))
            {
                end--;
            }

            return end;
        }

        public void Read(int from, int until, TextMark marks)
        {
            var (plain, at) = (from, from);
            while (at < until)
            {
                if (_addresses.TryGetValue(at, out var end) && end <= until)
                {
                    Add(plain, at, marks);
                    Runs.Add(new TextRun(_text[at..end], marks, IsAddress: true));
                    plain = at = end;
                }
                else if (MarkAt(at, until, marks) is var (mark, length, close))
                {
                    Add(plain, at, marks);
                    if (mark == TextMark.Code)
                    {
                        Add(at + length, close, marks | mark);
                    }
                    else
                    {
                        Read(at + length, close, marks | mark);
                    }

                    plain = at = close + length;
                }
                else
                {
                    at++;
                }
            }

            Add(plain, until, marks);
        }

        private void Add(int from, int until, TextMark marks)
        {
            if (from < until)
            {
                Runs.Add(new TextRun(_text[from..until], marks));
            }
        }

        /// <returns>The mark that opens here, its length, and where it closes.</returns>
        private (TextMark Mark, int Length, int Close)? MarkAt(int at, int until, TextMark within)
        {
            if (_text[at] == '`')
            {
                var fence = string.CompareOrdinal(_text, at, Fence, 0, Fence.Length) == 0 ? Fence : "`";
                var closing = at + fence.Length < until ? _text.IndexOf(fence, at + fence.Length, until - at - fence.Length, StringComparison.Ordinal) : -1;
                var isLine = closing > 0 && _text.AsSpan(at, closing - at).IndexOfAny('\n', '\r') < 0;
                return closing > at + fence.Length && (fence == Fence || isLine) ? (TextMark.Code, fence.Length, closing) : null;
            }

            var mark = _text[at] switch { '*' => TextMark.Bold, '_' => TextMark.Italic, '~' => TextMark.Strike, _ => TextMark.None };
            return mark != TextMark.None && !within.HasFlag(mark) && Opens(at, until) && CloseOf(at, until) is { } close ? (mark, 1, close) : null;
        }

        private bool Opens(int at, int until) => (at == 0 || !char.IsLetterOrDigit(_text[at - 1])) && at + 1 < until && !char.IsWhiteSpace(_text[at + 1]) && _text[at + 1] != _text[at];

        private int? CloseOf(int open, int until)
        {
            if (open < _unclosed.GetValueOrDefault(_text[open]))
            {
                return null;
            }

            var at = open + 1;
            for (; at < until && _text[at] is not ('\n' or '\r'); at++)
            {
                if (_addresses.TryGetValue(at, out var end))
                {
                    at = end - 1;
                }
                else if (_text[at] == _text[open] && at > open + 1 && !char.IsWhiteSpace(_text[at - 1]) && (at + 1 >= _text.Length || !char.IsLetterOrDigit(_text[at + 1])))
                {
                    return at;
                }
            }

            _unclosed[_text[open]] = at;
            return null;
        }
    }
}
