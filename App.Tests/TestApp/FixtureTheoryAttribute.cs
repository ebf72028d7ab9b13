using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace Inbox.Tests;

/// <summary>A theory over payloads that others recorded. Without INBOX_FIXTURES there is no such test.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(FixtureTheoryDiscoverer))]
public sealed class FixtureTheoryAttribute(string channel, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : TheoryAttribute(file, line)
{
    public string Channel => channel;

    public static IEnumerable<string> Files(string channel)
        => Root is null ? [] : Directory.EnumerateFiles(Path.Combine(Root, channel), "*.json").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    public static string PathOf(string channel, string file) => Path.Combine(Root!, channel, file);

    internal static string? Root => Environment.GetEnvironmentVariable("INBOX_FIXTURES") is { Length: > 0 } root ? root : null;
}

public sealed class FixtureTheoryDiscoverer : TheoryDiscoverer
{
    public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute)
        => FixtureTheoryAttribute.Root is null ? new([]) : base.Discover(discoveryOptions, testMethod, factAttribute);
}
