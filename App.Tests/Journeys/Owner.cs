namespace Inbox.Tests.Journeys;

/// <summary>The owner of an unattended set-up.</summary>
public static class Owner
{
    public const string Email = "olivia@example.com";
    public const string Password = "a long enough password";

    public static IReadOnlyDictionary<string, string> Settings(bool sampleData) => new Dictionary<string, string>
    {
        ["Inbox:Setup:Email"] = Email,
        ["Inbox:Setup:Password"] = Password,
        ["Inbox:Setup:Business"] = "Corner Shop",
        ["Inbox:Setup:Slug"] = "corner-shop",
        ["Inbox:Setup:SampleData"] = sampleData ? "true" : "false",
    };
}
