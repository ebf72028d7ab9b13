namespace Inbox.Data;

public static class Text
{
    extension(string text)
    {
        /// <summary>At most so many UTF-16 code units, never ending in half a character.</summary>
        public string Cut(int most)
            => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
    }
}
