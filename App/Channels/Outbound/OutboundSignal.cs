using Inbox.Data;

namespace Inbox.Channels.Outbound;

/// <summary>Wakes the worker that sends.</summary>
public sealed class OutboundSignal : WorkSignal;
