using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Inbound;

/// <summary>
/// Delivers payloads as their platform does, each to a business of its own that has the accounts which the payload names:
/// first what the payload speaks of, then the payload, twice, signed as it stands in the file.
/// </summary>
/// <param name="app">Its clock is to be ahead of the payloads' times.</param>
/// <param name="kind">The platform.</param>
/// <param name="accounts">The accounts that a body names, with the id above the account.</param>
/// <param name="earlier">What the platform has delivered before a body can come.</param>
internal sealed class PayloadPath(TestApp app, string kind, Func<JsonNode, IEnumerable<(string Account, string? Group)>> accounts, Func<JsonNode, IEnumerable<JsonNode>> earlier)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <returns>The inbox after each payload, by its name.</returns>
    public async Task<IReadOnlyDictionary<string, string>> InboxesAfterAsync(IEnumerable<(string Name, byte[] Body)> payloads)
    {
        var inboxes = new Dictionary<string, string>();
        foreach (var (name, body) in payloads)
        {
            inboxes.Add(name, await InboxAfterAsync(body));
        }

        return inboxes;
    }

    private async Task<string> InboxAfterAsync(byte[] body)
    {
        var since = app.Clock.GetUtcNow().UtcDateTime;
        var payload = JsonNode.Parse(body)!;
        var business = await app.GivenBusiness();
        await ConnectAsync(business, accounts(payload));
        foreach (var before in earlier(payload))
        {
            await DeliverAsync(WhatsAppJson.Bytes(before));
        }

        await DeliverAsync(body);
        var state = await DeliverAsync(body);
        var inbox = await InboxInWords.OfAsync(app, business, payload, since);
        await DisconnectAsync(business);
        return state == DeliveryState.Processed ? inbox : $"{inbox}\ndelivery {state.ToString().ToLowerInvariant()}".TrimStart();
    }

    private async Task<DeliveryState> DeliverAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/webhooks/{kind}") { Content = content };
        request.Headers.Add("X-Hub-Signature-256", WhatsAppNumber.Signature(body, TestApp.AppSecret));
        using var response = await app.Http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await app.InboundIsIdle();
        return await app.InMany(db => db.Set<InboundDelivery>().OrderByDescending(delivery => delivery.Id).Select(delivery => delivery.State).FirstAsync(Cancellation));
    }

    private Task ConnectAsync(long business, IEnumerable<(string Account, string? Group)> named) => app.InBusiness(business, async db =>
    {
        var now = app.Clock.GetUtcNow().UtcDateTime;
        db.AddRange(named.Distinct().Select(account => new Channel
        {
            TenantId = business,
            Kind = kind,
            Name = account.Account,
            ExternalId = account.Account,
            GroupId = account.Group,
            ProvenAt = now,
            GroupProvenAt = now,
            CreatedAt = now,
        }));
        await db.SaveChangesAsync(Cancellation);
        app.Services.GetRequiredService<ChannelDirectory>().Changed();
        return 0;
    });

    /// <summary>The next payload has the same accounts for another business.</summary>
    private Task DisconnectAsync(long business) => app.InBusiness(business, async db =>
    {
        await db.Set<Channel>().ExecuteUpdateAsync(
            set => set.SetProperty(channel => channel.DeletedAt, app.Clock.GetUtcNow().UtcDateTime).SetProperty(channel => channel.IsActive, false), Cancellation);
        app.Services.GetRequiredService<ChannelDirectory>().Changed();
        return 0;
    });
}
