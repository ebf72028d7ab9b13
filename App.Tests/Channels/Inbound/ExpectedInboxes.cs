namespace Inbox.Tests.Channels.Inbound;

/// <summary>
/// What the inbox is to hold after each payload, written by hand after the platforms' documentation. A file has a part for each
/// payload, which begins with <c>== name</c>; lines with # are remarks.
/// </summary>
internal sealed class ExpectedInboxes
{
    private readonly Dictionary<string, string> _expected = [];

    public ExpectedInboxes(string path)
    {
        foreach (var part in File.ReadAllText(Repository.PathOf(path)).ReplaceLineEndings("\n").Split("\n== ").Skip(1))
        {
            var lines = part.Split('\n');
            _expected.Add(lines[0].Trim(), string.Join('\n', lines.Skip(1).Where(line => !line.StartsWith('#'))).TrimEnd());
        }
    }

    public IEnumerable<string> Names => _expected.Keys;

    /// <summary>What differs, of all payloads together; empty when nothing does.</summary>
    public string Differences(IReadOnlyDictionary<string, string> inboxes)
        => string.Join("\n\n", inboxes.Select(inbox => Difference(inbox.Key, inbox.Value)).OfType<string>());

    private string? Difference(string name, string inbox)
        => !_expected.TryGetValue(name, out var expected) ? $"== {name}\n# Nobody wrote what is expected. There is:\n{inbox}"
            : expected != inbox ? $"== {name}\n# Expected:\n{expected}\n# There is:\n{inbox}"
            : null;
}
