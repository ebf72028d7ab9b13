using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Inbox.Data;

/// <summary>The product's own metrics and traces, all under one name.</summary>
public static class Meters
{
    public const string Name = "Inbox";

    public static Meter Inbox { get; } = new(Name);

    public static ActivitySource Traces { get; } = new(Name);
}
