using System.Collections.Concurrent;
using System.IO.Compression;
using Inbox.Access.Keys;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Channels.Outbound;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Operations.Backups;
using Inbox.Tenancy;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Operations;

public sealed class BackupTests : IAsyncLifetime
{
    private const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string Passphrase = "correct horse battery staple";

    private readonly TempFolder _folder = new();
    private TestStorage _storage = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Archive => _folder.File("inbox.backup");

    public async ValueTask InitializeAsync() => _storage = await TestStorage.CreateAsync(TestDatabase.Sqlite);

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_backup_under_load_holds_every_row_that_was_acknowledged_before_it_began()
    {
        var acknowledged = new ConcurrentQueue<long>();
        long[] before;
        BackupManifest manifest;
        await using (var app = await TestApp.StartAsync(storage: _storage))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            // SQLite's calls are synchronous, so the load has a thread of its own.
            var load = Task.Run(() => WriteAsync(app, acknowledged, stop.Token), Cancellation);
            await Eventually.Async(() => acknowledged.Count > 100);
            before = [.. acknowledged];
            manifest = await app.Services.GetRequiredService<Backup>().WriteAsync(Archive, Passphrase, Cancellation);
            await stop.CancelAsync();
            await load;
        }

        Assert.True(manifest.Rows["InboundDeliveries"] >= before.Length);
        Assert.False(File.Exists(Archive + ".db"), "the copy was left behind");
        await using var place = Place.At(_folder.File("elsewhere"));
        var restored = await place.Restore.RunAsync(Archive, Passphrase, replace: false, Cancellation);

        Assert.Null(restored.MovedTo);
        await using var db = place.Db();
        var held = await db.Set<InboundDelivery>().Select(delivery => delivery.Id).ToListAsync(Cancellation);
        Assert.Empty(before.Except(held));
        Assert.Equal(manifest.Rows["InboundDeliveries"], held.Count);
        Assert.Equal("wal", await db.Database.SqlQueryRaw<string>("SELECT journal_mode AS \"Value\" FROM pragma_journal_mode").SingleAsync(Cancellation));
    }

    [Fact]
    public async Task Media_and_keys_come_back_and_are_for_the_owner_only()
    {
        await BackUpAsync();
        Assert.DoesNotContain(Key, await TextOfAsync(Archive), StringComparison.Ordinal);

        await using var place = Place.At(_folder.File("elsewhere"));
        await place.Restore.RunAsync(Archive, Passphrase, replace: false, Cancellation);

        Assert.Equal("a photo", await File.ReadAllTextAsync(Path.Combine(place.Folder, "media", "1", "photo.jpg"), Cancellation));
        var key = Path.Combine(place.Folder, "keys", "kek");
        Assert.Equal(Key, await File.ReadAllTextAsync(key, Cancellation));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Archive));
        }
    }

    [Fact]
    public async Task Sends_that_waited_are_maybe_sent_after_a_restore()
    {
        await GivenQueuedReplyAsync();
        await BackUpAsync();
        await using var place = Place.At(_folder.File("elsewhere"));

        var restored = await place.Restore.RunAsync(Archive, Passphrase, replace: false, Cancellation);

        Assert.Equal(1, restored.MaybeSent);
        await using var db = place.Db();
        Assert.Equal(OutboxState.Unknown, (await db.Set<OutboxItem>().IgnoreQueryFilters([Filters.Tenant]).SingleAsync(Cancellation)).State);
        Assert.Equal(MessageStatus.Unknown, (await db.Set<Message>().IgnoreQueryFilters([Filters.Tenant]).SingleAsync(Cancellation)).Status);
    }

    [Fact]
    public async Task A_wrong_passphrase_changes_nothing()
    {
        await BackUpAsync();
        await using var place = Place.At(_folder.File("elsewhere"));

        var error = await Assert.ThrowsAsync<BackupException>(() => place.Restore.RunAsync(Archive, "wrong horse battery staple", replace: false, Cancellation));

        Assert.Contains("passphrase", error.Message, StringComparison.Ordinal);
        Assert.Equal([], place.Files());
    }

    [Theory]
    [InlineData(0.999)]
    [InlineData(0.5)]
    [InlineData(0)]
    public async Task A_truncated_archive_changes_nothing(double share)
    {
        await BackUpAsync();
        await using (var archive = File.Open(Archive, FileMode.Open))
        {
            archive.SetLength((long)(archive.Length * share));
        }

        await RefusesAsync("not complete");
    }

    [Fact]
    public async Task A_changed_part_is_found_by_its_hash()
    {
        await BackUpAsync();
        await using (var zip = await ZipFile.OpenAsync(Archive, ZipArchiveMode.Update, Cancellation))
        {
            zip.GetEntry("media/1/photo.jpg")!.Delete();
            await using var entry = await zip.CreateEntry("media/1/photo.jpg").OpenAsync(Cancellation);
            await entry.WriteAsync("A photo"u8.ToArray(), Cancellation);
        }

        await RefusesAsync("media/1/photo.jpg");
    }

    [Fact]
    public async Task A_changed_manifest_is_found_by_the_passphrase()
    {
        await BackUpAsync();
        await using (var zip = await ZipFile.OpenAsync(Archive, ZipArchiveMode.Update, Cancellation))
        {
            string manifest;
            using (var reader = new StreamReader(await zip.GetEntry("manifest.json")!.OpenAsync(Cancellation)))
            {
                manifest = await reader.ReadToEndAsync(Cancellation);
            }

            zip.GetEntry("manifest.json")!.Delete();
            await using var entry = new StreamWriter(await zip.CreateEntry("manifest.json").OpenAsync(Cancellation));
            await entry.WriteAsync(manifest.Replace("photo", "other", StringComparison.Ordinal));
        }

        await RefusesAsync("changed");
    }

    [Fact]
    public async Task A_running_server_is_not_restored_over()
    {
        await BackUpAsync();
        await using var app = await TestApp.StartAsync(storage: _storage);
        await using var place = Place.At(_storage.DataDirectory);

        var error = await Assert.ThrowsAsync<BackupException>(() => place.Restore.RunAsync(Archive, Passphrase, replace: true, Cancellation));

        Assert.Contains("Another Inbox process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_existing_database_is_moved_aside_only_when_asked()
    {
        await BackUpAsync();
        await using var place = Place.At(_storage.DataDirectory);
        await File.WriteAllTextAsync(Path.Combine(place.Folder, "keys", "kek"), "a later key", Cancellation);

        await Assert.ThrowsAsync<BackupException>(() => place.Restore.RunAsync(Archive, Passphrase, replace: false, Cancellation));
        Assert.Equal("a later key", await File.ReadAllTextAsync(Path.Combine(place.Folder, "keys", "kek"), Cancellation));

        var restored = await place.Restore.RunAsync(Archive, Passphrase, replace: true, Cancellation);

        Assert.Equal(Key, await File.ReadAllTextAsync(Path.Combine(place.Folder, "keys", "kek"), Cancellation));
        Assert.Equal("a later key", await File.ReadAllTextAsync(Path.Combine(restored.MovedTo!, "keys", "kek"), Cancellation));
        Assert.True(File.Exists(Path.Combine(restored.MovedTo!, "inbox.db")));
        await using var db = place.Db();
        await db.Database.OpenConnectionAsync(Cancellation);
    }

    [Fact]
    public async Task A_damaged_database_is_moved_aside_too()
    {
        await BackUpAsync();
        await using var place = Place.At(_storage.DataDirectory);
        var damaged = Path.Combine(place.Folder, "inbox.db");
        await File.WriteAllTextAsync(damaged, new string('x', 10_000), Cancellation);

        var restored = await place.Restore.RunAsync(Archive, Passphrase, replace: true, Cancellation);

        Assert.Equal(10_000, new FileInfo(Path.Combine(restored.MovedTo!, "inbox.db")).Length);
        await using var db = place.Db();
        Assert.Empty(await db.Set<Tenant>().ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_database_outside_the_data_directory_is_staged_and_moved_beside_itself()
    {
        await BackUpAsync();
        var database = _folder.File("disk/x.db");
        Directory.CreateDirectory(_folder.File("disk"));
        await File.WriteAllTextAsync(database, "old", Cancellation);
        await using var place = Place.At(_folder.File("elsewhere"), database);

        var restored = await place.Restore.RunAsync(Archive, Passphrase, replace: true, Cancellation);

        Assert.Equal(_folder.File("disk"), Path.GetDirectoryName(restored.MovedTo));
        Assert.True(File.Exists(Path.Combine(restored.MovedTo!, "x.db")));
        await using var db = place.Db();
        Assert.Empty(await db.Set<Tenant>().ToListAsync(Cancellation));
        Assert.Equal(["keys", "media"], place.Files().Order());
    }

    [Fact]
    public async Task A_database_that_another_data_directory_serves_is_not_restored_over()
    {
        await BackUpAsync();
        var database = _folder.File("x.db");
        await using var server = Place.At(_folder.File("one"), database);
        server.Lock.Take();
        await using var place = Place.At(_folder.File("two"), database);

        var error = await Assert.ThrowsAsync<BackupException>(() => place.Restore.RunAsync(Archive, Passphrase, replace: true, Cancellation));

        Assert.Contains("Another Inbox process", error.Message, StringComparison.Ordinal);
        Assert.Contains(database, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_half_way_puts_everything_back()
    {
        await BackUpAsync();
        var one = _folder.File("one");
        await File.WriteAllTextAsync(one, "1", Cancellation);
        using (var moves = new Moves())
        {
            moves.Move(one, _folder.File("aside/one"));
            Assert.False(File.Exists(one));
            Assert.ThrowsAny<IOException>(() => moves.Move(Archive, _folder.File("aside/one")));
        }

        Assert.Equal("1", await File.ReadAllTextAsync(one, Cancellation));
    }

    [Fact]
    public async Task A_backup_overwrites_nothing_and_needs_a_passphrase()
    {
        await using var place = Place.At(_storage.DataDirectory);
        await File.WriteAllTextAsync(Archive, "mine", Cancellation);

        await Assert.ThrowsAsync<BackupException>(() => place.Backup.WriteAsync(Archive, Passphrase, Cancellation));
        Assert.Equal("mine", await File.ReadAllTextAsync(Archive, Cancellation));
        await Assert.ThrowsAsync<BackupException>(() => place.Backup.WriteAsync(_folder.File("other"), "short", Cancellation));
        Assert.False(File.Exists(_folder.File("other")));
    }

    private async Task RefusesAsync(string because)
    {
        await using var place = Place.At(_folder.File("elsewhere"));
        var error = await Assert.ThrowsAsync<BackupException>(() => place.Restore.RunAsync(Archive, Passphrase, replace: false, Cancellation));
        Assert.Contains(because, error.Message, StringComparison.Ordinal);
        Assert.Equal([], place.Files());
    }

    private async Task BackUpAsync()
    {
        Directory.CreateDirectory(Path.Combine(_storage.DataDirectory, "media", "1"));
        await File.WriteAllTextAsync(Path.Combine(_storage.DataDirectory, "media", "1", "photo.jpg"), "a photo", Cancellation);
        Directory.CreateDirectory(Path.Combine(_storage.DataDirectory, "keys"));
        await File.WriteAllTextAsync(Path.Combine(_storage.DataDirectory, "keys", "kek"), Key, Cancellation);
        await using var place = Place.At(_storage.DataDirectory);
        await place.Backup.WriteAsync(Archive, Passphrase, Cancellation);
    }

    private static async Task<string> TextOfAsync(string file) => System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancellation));

    private async Task GivenQueuedReplyAsync()
    {
        await using var place = Place.At(_storage.DataDirectory);
        await using var db = place.Db();
        var now = new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc);
        var tenant = new Tenant { Slug = "acme", Name = "Acme", CreatedAt = now };
        db.Add(tenant);
        var channel = new Channel { TenantId = tenant.Id, Kind = "website", Name = "n", ExternalId = "acme", CreatedAt = now };
        var contact = new Contact { TenantId = tenant.Id, CreatedAt = now };
        db.Add(channel);
        db.Add(contact);
        var conversation = new Conversation { TenantId = tenant.Id, ChannelId = channel.Id, ContactId = contact.Id, CreatedAt = now };
        db.Add(conversation);
        var message = new Message
        {
            TenantId = tenant.Id,
            ConversationId = conversation.Id,
            ChannelId = channel.Id,
            Direction = MessageDirection.Outbound,
            Type = "text",
            Text = "hello",
            Status = MessageStatus.Queued,
            SenderKind = SenderKind.User,
            SentAt = now,
            CreatedAt = now,
        };
        db.Add(message);
        db.Add(new OutboxItem
        {
            TenantId = tenant.Id,
            ChannelId = channel.Id,
            ConversationId = conversation.Id,
            MessageId = message.Id,
            ToKind = "visitor",
            To = "v",
            Text = "hello",
            CreatedAt = now,
            DueAt = now,
        });
        await db.SaveChangesAsync(Cancellation);
    }

    private static async Task WriteAsync(TestApp app, ConcurrentQueue<long> acknowledged, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            acknowledged.Enqueue(await app.InBusiness(0, async db =>
            {
                var delivery = new InboundDelivery
                {
                    Kind = "whatsapp",
                    InstallationSecret = true,
                    Body = new byte[2000],
                    Size = 2000,
                    ReceivedAt = app.Clock.GetUtcNow().UtcDateTime,
                    State = DeliveryState.Processed,
                };
                db.Add(delivery);
                await db.SaveChangesAsync(CancellationToken.None);
                return delivery.Id;
            }));
        }
    }

    /// <summary>What the commands work with, without a server.</summary>
    private sealed class Place(ServiceProvider services, AsyncServiceScope scope, string folder) : IAsyncDisposable
    {
        public string Folder => folder;

        public Backup Backup => services.GetRequiredService<Backup>();

        public Restore Restore => scope.ServiceProvider.GetRequiredService<Restore>();

        public InstallationLock Lock => services.GetRequiredService<InstallationLock>();

        public static Place At(string folder, string? database = null)
        {
            var services = new ServiceCollection();
            services.AddSingleton(TimeProvider.System);
            services.AddLogging();
            services.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
            services.AddData();
            services.AddTenancy();
            services.Configure<DataDirectoryOptions>(options => options.DataDirectory = folder);
            if (database is not null)
            {
                services.Configure<DatabaseOptions>(options => options.ConnectionString = $"Data Source={database}");
            }

            services.AddOptions<KeyOptions>();
            services.AddBackups();
            var provider = services.BuildServiceProvider();
            return new Place(provider, provider.CreateAsyncScope(), folder);
        }

        public InboxDb Db()
        {
            scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
            return scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContext();
        }

        public string[] Files() => !Directory.Exists(folder) ? [] : [.. Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Where(name => !name!.EndsWith(".lock", StringComparison.Ordinal))!];

        public async ValueTask DisposeAsync()
        {
            await scope.DisposeAsync();
            await services.DisposeAsync();
            SqliteConnection.ClearAllPools();
        }
    }
}
