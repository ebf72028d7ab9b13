namespace Inbox.Conversations;

/// <summary>The conversations that somebody picked in a list, to change them together.</summary>
internal sealed class ListSelection
{
    private readonly HashSet<long> _picked = [];
    private long? _last;

    /// <summary>Rows are picked, not opened.</summary>
    public bool Active { get; private set; }

    public IReadOnlySet<long> Picked => _picked;

    public void Begin() => Active = true;

    public void End()
    {
        Active = false;
        _picked.Clear();
        _last = null;
    }

    /// <param name="range">Also those between the one that was picked last and this one.</param>
    /// <param name="shown">The rows in their order on the screen.</param>
    public void Toggle(long id, bool range, IReadOnlyList<long> shown)
    {
        Active = true;
        if (range && _last is { } last && Place(last) is >= 0 and var from && Place(id) is >= 0 and var to)
        {
            _picked.UnionWith(shown.Skip(Math.Min(from, to)).Take(Math.Abs(from - to) + 1));
        }
        else if (!_picked.Remove(id))
        {
            _picked.Add(id);
        }

        _last = id;

        int Place(long wanted) => shown.TakeWhile(one => one != wanted).Count() is var place && place < shown.Count ? place : -1;
    }

    public void Pick(IEnumerable<long> ids) => _picked.UnionWith(ids);

    public void Drop(IEnumerable<long> ids) => _picked.ExceptWith(ids);
}
