namespace Inbox.Tests;

/// <summary>What a test needs of the machine. Missing, the test is skipped with a sentence that says how to get it; in CI it fails.</summary>
public static class Requirement
{
    public static bool IsCi => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    public static void Need(bool isThere, string sentence)
    {
        Assert.SkipUnless(isThere || IsCi, sentence);
        Assert.True(isThere, sentence);
    }
}
