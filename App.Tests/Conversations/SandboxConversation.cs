using Inbox.Channels;
using Inbox.Channels.Sandbox;
using Inbox.Conversations;
using Inbox.Tests.Channels.Outbound;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations;

/// <summary>A business whose number is at the platform's stand-in, which checks each request like the platform.</summary>
public abstract class SandboxConversation(TestDatabase database) : AppTests(database)
{
    protected const string Ann = "15550100142";

    protected TestApi Api { get; set; } = null!;

    protected Channel Channel { get; private set; } = null!;

    /// <summary>What the stand-in took.</summary>
    protected IReadOnlyList<SandboxSend> Taken => App.Services.GetRequiredService<SandboxSends>().Of(Channel.Id);

    private protected Outgoing Out => new(App);

    protected override TestAppOptions Options(TestAppOptions options) => options with
    {
        Settings = new Dictionary<string, string?>
        {
            ["Inbox:Sandbox:Control"] = "true",
            ["Inbox:Sandbox:SentMilliseconds"] = "20",
            ["Inbox:Sandbox:DeliveredMilliseconds"] = "20",
            ["Inbox:Sandbox:ReadMilliseconds"] = "20",
            ["Inbox:Outbound:PollSeconds"] = "0.2",
            ["Inbox:Media:LargestMegabytes"] = "2",
        },
    };

    /// <returns>The conversation with Ann, who has just written.</returns>
    protected async Task<long> Given()
    {
        Api = await TestApi.OfBusiness(App);
        Channel = await App.InBusiness(1, db => App.Services.GetRequiredService<SandboxChannels>().AddAsync(db, 1, "WhatsApp", Cancellation));
        await App.Services.GetRequiredService<MetaSandbox>().WriteAsync(Channel, Ann, "Ann", "Hi", Cancellation);
        return (await Eventually.Async(() => App.InBusiness(1, db => db.Set<Conversation>().AsNoTracking().SingleOrDefaultAsync(Cancellation)))).Id;
    }
}
