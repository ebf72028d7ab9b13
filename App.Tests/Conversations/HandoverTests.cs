using Inbox.Access;
using Inbox.Access.People;
using Inbox.Access.Rights;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Tenancy;
using Inbox.Tests.Access.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations;

/// <summary>Whoever may not enter any more holds no open conversation.</summary>
public abstract class HandoverTests(TestDatabase database) : AppTests(database)
{
    private int _customers;

    [Fact]
    public async Task Without_a_word_the_open_conversations_of_a_disabled_person_wait_for_whoever_is_free()
    {
        var team = await Team.In(App);
        var eva = await team.GivenPerson("eva", "agent");
        var tom = await team.GivenPerson("tom", "agent");
        var (open, snoozed, closed, other) = (
            await GivenConversation(team, eva), await GivenConversation(team, eva, ConversationStatus.Snoozed), await GivenConversation(team, eva, ConversationStatus.Closed), await GivenConversation(team, tom));

        Assert.Equal(200, (await team.Api.Send(HttpMethod.Post, $"/api/v1/users/{eva}/disable")).Status);

        Assert.Equal((null, null), await HolderOf(team, open));
        Assert.Equal((null, null), await HolderOf(team, snoozed));
        Assert.Equal((eva, null), await HolderOf(team, closed));
        Assert.Equal((tom, null), await HolderOf(team, other));
        var rows = await App.InBusiness(team.Tenant, db => db.Set<AuditEvent>().Where(row => row.Action == "conversation.unassigned").Select(row => row.ObjectId).ToListAsync(Cancellation));
        Assert.Equal([$"{open}", $"{snoozed}"], rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_colleague_takes_them_but_not_those_of_a_department_that_the_colleague_does_not_see()
    {
        var team = await Team.In(App);
        var eva = await team.GivenPerson("eva", "agent");
        await team.GivenRole("Sales only", """{"conversations.read": "department", "conversations.reply": "department"}""");
        var tom = await team.GivenPerson("tom", "Sales only");
        var (sales, support) = (await team.GivenDepartment("Sales", tom), await team.GivenDepartment("Support"));
        var (seen, hidden) = (await GivenConversation(team, eva, department: sales), await GivenConversation(team, eva, department: support));

        Assert.Equal(204, (await team.Api.Send(HttpMethod.Delete, $"/api/v1/users/{eva}?assignee_id={tom}")).Status);

        Assert.Equal((tom, sales), await HolderOf(team, seen));
        Assert.Equal((null, support), await HolderOf(team, hidden));
    }

    [Fact]
    public async Task A_department_takes_them()
    {
        var team = await Team.In(App);
        var eva = await team.GivenPerson("eva", "agent");
        var sales = await team.GivenDepartment("Sales");
        var conversation = await GivenConversation(team, eva);

        Assert.Equal(200, (await team.Api.Send(HttpMethod.Post, $"/api/v1/users/{eva}/disable?department_id={sales}")).Status);

        Assert.Equal((null, sales), await HolderOf(team, conversation));
    }

    [Fact]
    public async Task They_go_also_when_whoever_asked_closed_the_page()
    {
        var team = await Team.In(App);
        var eva = await team.GivenPerson("eva", "agent");
        var owner = await App.InBusiness(team.Tenant, db => db.Set<User>().Where(user => user.Email == team.EmailOf("owner")).Select(user => user.Id).SingleAsync(Cancellation));
        var conversation = await GivenConversation(team, eva);
        var caller = (await team.Caller(owner))!;
        using var tab = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var watch = App.Services.GetRequiredService<AccessChanges>().Watch(eva, tab.Cancel);   // the moment when they are out

        await team.With<Members>(members => members.RemoveAsync(caller, eva, tab.Token));

        Assert.True(tab.IsCancellationRequested);
        Assert.Equal((null, null), await HolderOf(team, conversation));
    }

    [Fact]
    public async Task Somebody_who_cannot_take_them_is_refused_before_anything_changes()
    {
        var (team, other) = (await Team.In(App), await Team.In(App, "Second"));
        var eva = await team.GivenPerson("eva", "agent");
        var off = await team.GivenPerson("off", "agent");
        Assert.Equal(200, (await team.Api.Send(HttpMethod.Post, $"/api/v1/users/{off}/disable")).Status);
        var elsewhere = await other.GivenPerson("tom", "agent");
        var conversation = await GivenConversation(team, eva);

        foreach (var query in new[] { $"assignee_id={eva}", $"assignee_id={off}", $"assignee_id={elsewhere}", "assignee_id=0", "department_id=987654" })
        {
            var refused = await team.Api.Send(HttpMethod.Delete, $"/api/v1/users/{eva}?{query}");
            Assert.Equal((422, "invalid_value"), (refused.Status, refused.Code));
        }

        Assert.Equal((400, "invalid_value"), await Both());
        Assert.Equal((eva, null), await HolderOf(team, conversation));
        Assert.True((await team.Api.Send(HttpMethod.Get, $"/api/v1/users/{eva}")).Body.GetProperty("is_active").GetBoolean());

        async Task<(int, string?)> Both()
        {
            var answer = await team.Api.Send(HttpMethod.Post, $"/api/v1/users/{eva}/disable?assignee_id={off}&department_id=1");
            return (answer.Status, answer.Code);
        }
    }

    private async Task<long> GivenConversation(Team team, long assignee, ConversationStatus status = ConversationStatus.Open, long? department = null)
    {
        _customers++;
        var number = _customers == 1 ? (await App.GivenWhatsApp(team.Tenant)).ChannelId : await App.InBusiness(team.Tenant, db => db.Set<Channel>().Select(channel => channel.Id).FirstAsync(Cancellation));
        return await App.InBusiness(team.Tenant, async db =>
        {
            var now = App.Clock.GetUtcNow().UtcDateTime;
            var channel = await db.Set<Channel>().SingleAsync(row => row.Id == number, Cancellation);
            var contact = new Contact { TenantId = team.Tenant, Name = $"Customer {_customers}", CreatedAt = now };
            db.Add(contact);
            var made = Conversation.Start(db, channel, contact.Id, now);
            db.Add(made);
            made.Move(department, now);
            made.Assign(assignee, now);
            if (status == ConversationStatus.Closed)
            {
                made.Close(now);
            }

            made.Status = status;
            await db.SaveChangesAsync(Cancellation);
            return made.Id;
        });
    }

    private async Task<(long? Assignee, long? Department)> HolderOf(Team team, long id)
        => await App.InBusiness(team.Tenant, async db =>
        {
            var row = await db.Set<Conversation>().AsNoTracking().SingleAsync(conversation => conversation.Id == id, Cancellation);
            return (row.AssigneeId, row.DepartmentId);
        });
}

public sealed class HandoversOnSqlite() : HandoverTests(TestDatabase.Sqlite);

public sealed class HandoversOnPostgreSql() : HandoverTests(TestDatabase.PostgreSql);
