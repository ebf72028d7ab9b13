using System.Collections;

namespace Inbox.Conversations.Labels;

/// <summary>A tag as rows show it.</summary>
public sealed record TagMark(string Name, string Colour);

/// <summary>The tags of one row, by name: equal when they say the same, so that a row that did not change is not drawn again.</summary>
public sealed class TagMarks(IEnumerable<TagMark> marks) : IReadOnlyList<TagMark>, IEquatable<TagMarks>
{
    private readonly TagMark[] _marks = [.. marks];

    public static TagMarks None { get; } = new([]);

    public int Count => _marks.Length;

    public TagMark this[int index] => _marks[index];

    public bool Equals(TagMarks? other) => other is not null && _marks.AsSpan().SequenceEqual(other._marks);

    public override bool Equals(object? obj) => Equals(obj as TagMarks);

    public override int GetHashCode() => _marks.Length == 0 ? 0 : HashCode.Combine(_marks.Length, _marks[0]);

    public IEnumerator<TagMark> GetEnumerator() => ((IEnumerable<TagMark>)_marks).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
