using System.Globalization;
using Inbox.Channels;
using Inbox.Channels.Meta;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests;

public sealed partial class TestApp
{
    private long _numbers;

    /// <returns>Its id: the first business of an app is 1, the next 2.</returns>
    public async Task<long> GivenBusiness(string? name = null)
    {
        var id = await InMany(async db =>
        {
            var number = await db.Set<Tenant>().CountAsync() + 1;
            var tenant = new Tenant { Slug = $"business-{number}", Name = name ?? $"Business {number}", CreatedAt = Clock.GetUtcNow().UtcDateTime };
            db.Add(tenant);
            await db.SaveChangesAsync();
            return tenant.Id;
        });
        Services.GetRequiredService<ChannelDirectory>().Changed();
        return id;
    }

    /// <summary>Connects a WhatsApp number. The business is made where it is not there yet.</summary>
    /// <param name="tenant">The business.</param>
    /// <param name="ownSecret">Null: its deliveries are signed with the installation's app secret.</param>
    /// <param name="phoneNumberId">The platform's id of the number; null for one that no other has.</param>
    public async Task<WhatsAppNumber> GivenWhatsApp(long tenant = 1, string? ownSecret = null, string? phoneNumberId = null)
    {
        while (!await InMany(db => db.Set<Tenant>().AnyAsync(row => row.Id == tenant)))
        {
            await GivenBusiness();
        }

        phoneNumberId ??= (100_000_000_000 + Interlocked.Increment(ref _numbers)).ToString(CultureInfo.InvariantCulture);
        var id = await InBusiness(tenant, async db =>
        {
            var channel = new Channel
            {
                TenantId = tenant,
                Kind = "whatsapp",
                Name = $"WhatsApp {phoneNumberId}",
                ExternalId = phoneNumberId,
                HasOwnSecret = ownSecret is not null,
                ProvenAt = Clock.GetUtcNow().UtcDateTime,
                GroupProvenAt = Clock.GetUtcNow().UtcDateTime,
                CreatedAt = Clock.GetUtcNow().UtcDateTime,
            };
            db.Add(channel);
            Services.GetRequiredService<ChannelCredentials>().Write(
                channel, new MetaCredentials { AccessToken = $"token of {phoneNumberId}", AppSecret = ownSecret });
            await db.SaveChangesAsync();
            return channel.Id;
        });
        Services.GetRequiredService<ChannelDirectory>().Changed();
        return new WhatsAppNumber(Http, tenant, id, phoneNumberId, ownSecret ?? AppSecret);
    }

    /// <summary>Works on the database past the businesses, as the installation's workers do.</summary>
    public async Task<T> InMany<T>(Func<InboxDb, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().UseMany();
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync();
        return await work(db);
    }
}
