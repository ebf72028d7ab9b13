namespace Inbox.Tests.Access;

/// <summary>What the program says once it listens.</summary>
public sealed class GreetingTests
{
    [Theory]
    [InlineData("https://inbox.example.com", null, true)]
    [InlineData("https://inbox.example.com", "127.0.0.1", false)]
    [InlineData(null, null, false)]
    public async Task A_TLS_proxy_that_was_not_named_is_warned_of(string? address, string? proxy, bool warned)
    {
        await using var app = await TestApp.StartAsync(new TestAppOptions
        {
            Settings = new Dictionary<string, string?> { ["Inbox:PublicBaseUrl"] = address, ["Inbox:KnownProxies:0"] = proxy }
                .Where(setting => setting.Value is not null).ToDictionary(),
        });

        Assert.Equal(warned, app.Logs.Lines.Any(line => line.Text.Contains("Inbox:KnownProxies is empty", StringComparison.Ordinal)));
    }
}
