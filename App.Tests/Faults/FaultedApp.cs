using Inbox.Channels.Inbound;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Faults;

/// <summary>The real process with two businesses that have a WhatsApp number each, and its database looked at from outside.</summary>
public sealed class FaultedApp : IAsyncDisposable
{
    private FaultedApp(TestStore store, AppProcess process, IReadOnlyList<WhatsAppNumber> numbers) => (Store, Process, Numbers) = (store, process, numbers);

    public TestStore Store { get; }

    public AppProcess Process { get; }

    public IReadOnlyList<WhatsAppNumber> Numbers { get; }

    public static async Task<FaultedApp> StartAsync(TestDatabase database)
    {
        var store = await TestStore.CreateAsync(database);
        var channels = new List<(long Tenant, long Channel, string Number)>();
        foreach (var (slug, phoneNumberId) in new[] { ("one", "100000000001"), ("two", "100000000002") })
        {
            var tenant = await store.GivenTenant(slug);
            channels.Add((tenant.Id, (await store.GivenWhatsApp(tenant.Id, phoneNumberId)).Id, phoneNumberId));
        }

        var process = await AppProcess.StartAsync(new AppProcessOptions
        {
            DataDirectory = store.Storage.DataDirectory,
            Settings = new Dictionary<string, string>
            {
                ["Inbox:Database:Provider"] = store.Storage.Provider.ToString(),
                ["Inbox:Database:ConnectionString"] = store.Storage.ConnectionString,
                ["Inbox:Meta:AppSecret"] = TestApp.AppSecret,
            },
        });
        return new FaultedApp(store, process, [.. channels.Select(channel => new WhatsAppNumber(process.Http, channel.Tenant, channel.Channel, channel.Number, TestApp.AppSecret))]);
    }

    /// <summary>Returns when nothing waits in the ledger. A server database gives the work of a killed node away after its lease of 30 s.</summary>
    public Task DrainedAsync() => Eventually.Async(
        async () =>
        {
            await using var db = Store.DbForMany();
            return !await db.Set<InboundDelivery>().AnyAsync(delivery => delivery.State == DeliveryState.Waiting);
        },
        TimeSpan.FromSeconds(120),
        "the ledger is processed");

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await Store.DisposeAsync();
    }
}
