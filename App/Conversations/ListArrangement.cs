namespace Inbox.Conversations;

/// <summary>
/// Which rows the list shows, in which order. While the pointer rests on the list rows change in place and new ones wait;
/// the open conversation stays where it is when it leaves the filter, until another one is opened.
/// </summary>
internal sealed class ListArrangement
{
    private List<ConversationRow>? _fresh;
    private List<(ConversationRow Row, bool Left)>? _rows;
    private ConversationRow? _left;

    /// <summary>Null while the first page is read.</summary>
    public IReadOnlyList<(ConversationRow Row, bool Left)>? Rows => _rows;

    /// <summary>How many rows were read.</summary>
    public int Count => _fresh?.Count ?? 0;

    /// <summary>New rows that wait until the pointer leaves.</summary>
    public int Waiting { get; private set; }

    /// <summary>The conversation that is open beside the list.</summary>
    public long? Open
    {
        get;
        set
        {
            if (field != value)
            {
                field = value;
                _left = null;
                Arrange();
            }
        }
    }

    public bool Held
    {
        get;
        set
        {
            field = value;
            Arrange();
        }
    }

    public void Clear()
    {
        (_fresh, _rows, _left, Waiting) = (null, null, null, 0);
        Held = false;
    }

    /// <returns>Whether the open conversation was shown and is not among what was read now.</returns>
    public bool OpenLeaves(IReadOnlyList<ConversationRow> read)
        => Open is { } open && _rows?.Exists(shown => shown.Row.Id == open) == true && !read.Any(row => row.Id == open)
            && (_left is not null || _fresh?.FindIndex(row => row.Id == open) < read.Count);

    /// <param name="read">The first rows of the list as they are now.</param>
    /// <param name="left">The open conversation, when it has left the filter.</param>
    /// <param name="complete">There are no further rows.</param>
    public void Take(IReadOnlyList<ConversationRow> read, ConversationRow? left, bool complete)
    {
        var known = read.Select(row => row.Id).ToHashSet();
        var rest = complete || _fresh is null ? [] : _fresh.Skip(read.Count).Where(row => !known.Contains(row.Id));
        _fresh = [.. read, .. rest];
        _left = left;
        Arrange();
    }

    public void Append(IReadOnlyList<ConversationRow> page)
    {
        var known = (_fresh ??= []).Select(row => row.Id).ToHashSet();
        var added = page.Where(row => !known.Contains(row.Id)).ToList();
        _fresh.AddRange(added);
        _rows?.AddRange(added.Where(row => row.Id != _left?.Id).Select(row => (row, false)));
    }

    private void Arrange()
    {
        if (_fresh is null)
        {
            return;
        }

        if (Held && _rows is { Count: > 0 })
        {
            var fresh = _fresh.ToDictionary(row => row.Id);
            var shown = _rows.Select(known => known.Row.Id).ToHashSet();
            _rows = [.. _rows.Select(known => fresh.TryGetValue(known.Row.Id, out var row) ? (row, false) : (_left?.Id == known.Row.Id ? _left : known.Row, true))];
            Waiting = _fresh.Count(row => !shown.Contains(row.Id));
            return;
        }

        var place = _left is null ? -1 : _rows?.FindIndex(shown => shown.Row.Id == _left.Id) ?? -1;
        _rows = [.. _fresh.Select(row => (row, false))];
        if (_left is not null)
        {
            _rows.Insert(Math.Clamp(place, 0, _rows.Count), (_left, true));
        }

        Waiting = 0;
    }
}
