namespace Inbox.Operations.Backups;

/// <summary>Renames that are taken back, last first, unless they are kept.</summary>
internal sealed class Moves : IDisposable
{
    private readonly Stack<(string From, string To)> _done = new();

    /// <summary>Does nothing when there is no such file or folder.</summary>
    public void Move(string from, string to)
    {
        if (Path.Exists(from))
        {
            DataFiles.CreatePrivateFolder(Path.GetDirectoryName(to)!);
            Directory.Move(from, to);
            _done.Push((from, to));
        }
    }

    public void Keep() => _done.Clear();

    public void Dispose()
    {
        while (_done.TryPop(out var move))
        {
            Directory.Move(move.To, move.From);
        }
    }
}
