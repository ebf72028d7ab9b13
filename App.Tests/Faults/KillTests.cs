namespace Inbox.Tests.Faults;

/// <summary>A sample of what <c>dotnet run --project App.Tests -- faults kill</c> does in full.</summary>
[Collection(nameof(OneAtATime))]
public sealed class KillTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(TestDatabase.Sqlite, 4)]
    [InlineData(TestDatabase.PostgreSql, 2)]
    public async Task What_was_acknowledged_is_there_once_whenever_the_process_is_killed(TestDatabase database, int kills)
    {
        var seed = Random.Shared.Next(1_000_000);
        output.WriteLine($"Again with: dotnet run --project App.Tests -- faults kill --database {database} --kills {kills} --seed {seed}");

        var result = await KillRun.RunAsync(database, kills, seed);

        output.WriteLine(result.Check.ToString());
        Assert.True(result.Check.Acknowledged > 0);
        Assert.True(result.Check.IsClean, result.Check.ToString());
        Assert.DoesNotContain(500, result.Answers.Keys);
    }

    [Fact]
    public async Task Asked_to_stop_under_load_it_ends_by_itself_and_loses_nothing()
    {
        await using var app = await FaultedApp.StartAsync(TestDatabase.Sqlite);
        await using var sender = new Sender(app.Numbers, seed: 1);
        sender.Start();
        await Eventually.Async(() => sender.Acknowledged.Count > 300);

        var code = await app.Process.StopAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await app.Process.StartAsync();
        await sender.FinishAsync();
        await app.DrainedAsync();

        Assert.Equal(0, code);
        Assert.DoesNotContain(500, sender.Answers.Keys);
        var check = await LedgerCheck.RunAsync(app.Store, sender.Acknowledged);
        Assert.True(check.IsClean, check.ToString());
    }
}

/// <summary>Tests that take the whole machine.</summary>
[CollectionDefinition(nameof(OneAtATime), DisableParallelization = true)]
public sealed class OneAtATime;
