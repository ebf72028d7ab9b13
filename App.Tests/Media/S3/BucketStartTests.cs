using Inbox.Data;
using Inbox.Media;
using Inbox.Media.S3;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Inbox.Tests.Media.S3;

/// <summary>A store that cannot be used as it is configured stops the start with a sentence; one that is only away does not.</summary>
public sealed class BucketStartTests : IAsyncDisposable
{
    private readonly S3StandIn _store = S3StandIn.Start();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task The_right_settings_leave_nothing_behind()
    {
        await CheckAsync(_ => { });

        Assert.Empty(_store.Objects);
        Assert.Equal(["PUT", "GET", "GET", "DELETE"], _store.Asked.Select(asked => asked.Split(' ')[0]));
    }

    [Theory]
    [InlineData("bucket", "no such bucket")]
    [InlineData("access key", "Inbox:Media:S3:AccessKey is not known")]
    [InlineData("secret", "Inbox:Media:S3:SecretKey does not fit")]
    [InlineData("region", "Inbox:Media:S3:Region is us-east-1")]
    [InlineData("rights", "may not write, read, list and remove")]
    [InlineData("host", "there is no host")]
    public async Task A_wrong_setting_is_named(string wrong, string sentence)
    {
        _store.Forbids = wrong == "rights";

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => CheckAsync(options =>
        {
            _ = wrong switch
            {
                "bucket" => options.Bucket = "others",
                "access key" => options.AccessKey = "AKIDOTHER",
                "secret" => options.SecretKey = "guessed",
                "region" => options.Region = "us-east-1",
                "host" => options.Endpoint = "http://store.invalid:9000",
                _ => "",
            };
        }));

        Assert.Contains(sentence, Assert.Single(refused.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_is_away_stops_no_start(bool answers)
    {
        _store.IsDown = true;

        await CheckAsync(options => options.Endpoint = answers ? _store.Address : $"http://127.0.0.1:{FreePort.Next()}");

        Assert.Equal(answers, !_store.Asked.IsEmpty);
    }

    [Fact]
    public async Task The_program_says_why_it_does_not_start()
    {
        using var folder = new TempFolder();
        var settings = _store.Settings.ToDictionary(setting => setting.Key, setting => setting.Value!);
        settings["Inbox:Media:S3:SecretKey"] = "guessed";

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => AppProcess.StartAsync(new AppProcessOptions { DataDirectory = folder.File("data"), Settings = settings }));

        Assert.Contains("- Inbox:Media:S3:SecretKey does not fit the access key", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ended with 1 ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_says_that_the_files_are_not_inside()
    {
        await using var storage = await TestStorage.CreateAsync(TestDatabase.Sqlite);
        using var folder = new TempFolder();
        Environment.SetEnvironmentVariable("INBOX_BACKUP_PASSPHRASE", "correct horse battery staple");
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

        var said = await Command.RunAsync(
            Repository.PathOf($"App/bin/{configuration}/net10.0/Inbox"), "backup", folder.File("inbox.zip"), $"--Inbox:DataDirectory={storage.DataDirectory}", "--Inbox:Media:S3:Bucket=inbox-files");

        Assert.Contains("The files of messages are not in it: they are in the bucket inbox-files.", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "https://s3.example.com", null, null, null, "Inbox:Media:S3:Bucket is missing")]
    [InlineData("b", "s3.example.com", null, null, null, "Inbox:Media:S3:Endpoint must be")]
    [InlineData("b", "https://s3.example.com/path", null, null, null, "Inbox:Media:S3:Endpoint must be")]
    [InlineData("b", null, "key", null, null, "are set together")]
    [InlineData("b", null, null, null, "/inbox", "Inbox:Media:S3:Prefix")]
    public void Settings_that_do_not_fit_together_are_refused(string bucket, string? endpoint, string? key, string? secret, string? prefix, string sentence)
    {
        var options = new MediaOptions { S3 = new S3Options { Bucket = bucket, Endpoint = endpoint, AccessKey = key, SecretKey = secret, Prefix = prefix } };

        Assert.Contains(sentence, Assert.Single(new S3Rules().Validate(null, options).Failures!), StringComparison.Ordinal);
    }

    private async Task CheckAsync(Action<S3Options> change)
    {
        var options = new S3Options { Bucket = S3StandIn.Bucket, Endpoint = _store.Address, Region = S3StandIn.Region, AccessKey = S3StandIn.AccessKey, SecretKey = S3StandIn.SecretKey };
        change(options);
        using var place = new S3Place(Options.Create(new MediaOptions { S3 = options }), TimeProvider.System, NullLogger<S3Place>.Instance);
        await place.CheckAsync(Cancellation);
    }
}
