using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Conversations;
using Inbox.Conversations.Signs;
using Inbox.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Meta;

public sealed class MetaFixturePathOnSqlite() : MetaFixturePathTests(TestDatabase.Sqlite);

public sealed class MetaFixturePathOnPostgreSql() : MetaFixturePathTests(TestDatabase.PostgreSql);

/// <summary>All recorded payloads of Messenger and Instagram, signed, through the real address: what is in the inbox afterwards.</summary>
public abstract class MetaFixturePathTests(TestDatabase database) : AppTests(database)
{
    [FixtureTheory("messenger")]
    [InlineData("messenger", "button 3, image 1, interactive 1, location 1, share 1, sticker 1, system 1, text 6, unsupported 1", 2, 7)]
    [InlineData("instagram", "button 1, interactive 1, share 3, story 2, system 1, text 7, unsupported 1", 1, 1)]
    public async Task Every_payload_shows_as_what_it_is(string kind, string shown, int echoes, int notices)
    {
        await TestApi.OfBusiness(App);
        var bodies = FixtureTheoryAttribute.Files(kind).Where(file => file[0] != '_').Select(file => File.ReadAllBytes(FixtureTheoryAttribute.PathOf(kind, file))).ToList();
        await Connect(kind, bodies.Select(body => JsonElement.Parse(body).GetProperty("entry")[0].GetProperty("id").ToString()).Distinct());

        // Each twice: the platform repeats itself.
        foreach (var body in bodies.Concat(bodies))
        {
            Assert.Equal(HttpStatusCode.OK, await Deliver(kind, body));
        }

        await Eventually.Async(async () => await App.InBusiness(1, db => db.Set<InboundDelivery>().CountAsync(delivery => delivery.State == DeliveryState.Processed, Cancellation)) == bodies.Count * 2, what: "all deliveries are processed");
        var messages = await App.InBusiness(1, db => db.Set<Message>().AsNoTracking().ToListAsync(Cancellation));
        Assert.Equal(shown, string.Join(", ", messages.GroupBy(message => message.Type).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key} {group.Count()}")));
        Assert.Equal(echoes, messages.Count(message => message.Direction == MessageDirection.Outbound));
        Assert.NotNull(Assert.Single(messages, message => message.EditedAt is not null || message.RevokedAt is not null).RevokedAt);
        Assert.Equal(notices, await App.InBusiness(1, db => db.Set<DomainEvent>().CountAsync(happened => happened.Type == "channel_notice", Cancellation)));
        Assert.Null((await App.InBusiness(1, db => db.Set<Reaction>().AsNoTracking().SingleAsync(Cancellation))).Emoji);
    }

    private Task Connect(string kind, IEnumerable<string> accounts) => App.InBusiness(1, async db =>
    {
        foreach (var account in accounts)
        {
            db.Add(new Channel { TenantId = 1, Kind = kind, Name = account, ExternalId = account, CreatedAt = App.Clock.GetUtcNow().UtcDateTime });
        }

        await db.SaveChangesAsync(Cancellation);
        App.Services.GetRequiredService<ChannelDirectory>().Changed();
        return 0;
    });

    private async Task<HttpStatusCode> Deliver(string kind, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/webhooks/{kind}") { Content = content };
        request.Headers.Add("X-Hub-Signature-256", WhatsAppNumber.Signature(body, TestApp.AppSecret));
        using var response = await App.Http.SendAsync(request, Cancellation);
        return response.StatusCode;
    }
}
