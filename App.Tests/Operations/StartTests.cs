using System.Runtime.Versioning;

namespace Inbox.Tests.Operations;

/// <summary>The real program refuses to start in sentences.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class StartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>Not there before the first start.</summary>
    private string Data => _folder.File("data");

    [Fact]
    public async Task All_problems_of_the_configuration_are_listed_at_once_without_a_stack_trace()
    {
        var output = await Refused(new Dictionary<string, string>
        {
            ["Inbox:Database:Provider"] = "Oracle",
            ["Inbox:Databse:Provider"] = "Sqlite",
            ["Inbox:Auth:SessionMinutes"] = "1",
            ["Inbox:Inbound:BatchSize"] = "many",
            ["Inbox:KnownProxies:0"] = "somewhere",
            ["Inbox:Setup:Email"] = Inbox.Tests.Access.Door.Email,
            ["FB_APP_SECRET"] = "an older name, which is fine",
            ["DATABASE_URL"] = "oracle://somewhere",
        });

        Assert.Contains("- Inbox:Database:Provider is \"Oracle\", but must be one of Sqlite, PostgreSql, SqlServer.", output, StringComparison.Ordinal);
        Assert.Contains("- Inbox:Databse:Provider is not known. Did you mean Inbox:Database:Provider?", output, StringComparison.Ordinal);
        Assert.Contains("- Inbox:Auth:SessionMinutes must be between 5 and 1440.", output, StringComparison.Ordinal);
        Assert.Contains("- Inbox:Inbound:BatchSize is \"many\", but must be a whole number.", output, StringComparison.Ordinal);
        Assert.Contains("Inbox:KnownProxies", output, StringComparison.Ordinal);
        Assert.Contains("Inbox:Setup:Password", output, StringComparison.Ordinal);
        Assert.Contains("Inbox:Setup:Business", output, StringComparison.Ordinal);
        Assert.Contains("DATABASE_URL", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Contains("ended with 1 ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_the_same_SQLite_installation_is_refused_and_the_first_goes_on()
    {
        await using var first = await AppProcess.StartAsync(new AppProcessOptions { DataDirectory = Data });

        var output = await Refused([]);

        Assert.Contains("Another Inbox process", output, StringComparison.Ordinal);
        Assert.Contains(Data, output, StringComparison.Ordinal);
        Assert.Contains("ended with 1 ", output, StringComparison.Ordinal);
        Assert.False(first.HasExited);
        Assert.Contains("/setup?token=", first.Output, StringComparison.Ordinal);
        Assert.Contains($"Its data is in {Data}", first.Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));

        await first.KillAsync();
        await first.StartAsync();
    }

    [Fact]
    public async Task Another_key_than_the_one_that_encrypted_the_database_is_refused()
    {
        await using (var first = await AppProcess.StartAsync(new AppProcessOptions { DataDirectory = Data }))
        {
            await first.StopAsync();
        }

        File.Delete(_folder.File("data/keys/kek"));

        Assert.Contains("encrypted with another key", await Refused([]), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> Refused(Dictionary<string, string> settings)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => AppProcess.StartAsync(new AppProcessOptions { DataDirectory = Data, Settings = settings }));
        return refused.Message;
    }
}
