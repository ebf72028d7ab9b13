using System.Collections.Frozen;

namespace Inbox.Channels;

/// <summary>The kinds of channel that this build has.</summary>
public sealed class ChannelCatalogue(IEnumerable<IChannel> kinds)
{
    private readonly FrozenDictionary<string, IChannel> _kinds = kinds.ToFrozenDictionary(kind => kind.Kind);

    public IEnumerable<IChannel> All => _kinds.Values.OrderBy(kind => kind.DisplayName, StringComparer.Ordinal);

    public IChannel? Find(string kind) => _kinds.GetValueOrDefault(kind);

    /// <exception cref="KeyNotFoundException">No such kind in this build.</exception>
    public IChannel this[string kind] => _kinds[kind];
}
