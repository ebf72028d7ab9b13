using Inbox.Access;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Conversations.Labels;
using Inbox.Data;
using Inbox.Tenancy;
using Inbox.Tests.Data.SqlServer;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Conversations;

public sealed class ScopeTestsOnSqlite() : ScopeTests(TestDatabase.Sqlite);

public sealed class ScopeTestsOnPostgreSql() : ScopeTests(TestDatabase.PostgreSql);

/// <summary>One rule says which conversations somebody reaches, and every way to them asks it.</summary>
public abstract class ScopeTests(TestDatabase database) : AppTests(database)
{
    private const long Absent = 987_654_321;

    private readonly List<Conversation> _all = [];
    private long _sales;
    private long _support;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Lists_counts_search_bulk_actions_and_single_reads_show_the_same_conversations(int seed)
    {
        var random = new Random(seed);
        await GivenShop();
        for (var i = 0; i < 24; i++)
        {
            await GivenConversation(Pick(null, _sales, _support), Pick(null, 1, 2), (ConversationStatus)random.Next(5));
        }

        foreach (var _ in Enumerable.Range(0, 6))
        {
            var caller = Somebody(
                (PermissionScope)random.Next(1, 4), Pick(null, 1, 2), [.. new[] { _sales, _support }.Where(_ => random.Next(2) == 0)]);
            await Agrees(caller);
        }

        long? Pick(params long?[] from) => from[random.Next(from.Length)];
    }

    [Fact]
    public async Task What_somebody_may_not_see_is_not_there_for_any_verb()
    {
        await GivenShop();
        var elsewhere = await GivenConversation(_support, assignee: 2, ConversationStatus.Open);
        var agent = Somebody(PermissionScope.Own, 1, []);

        foreach (var act in Verbs(agent))
        {
            var hidden = await Assert.ThrowsAsync<RefusedException>(() => act(elsewhere.Id));
            var absent = await Assert.ThrowsAsync<RefusedException>(() => act(Absent));
            Assert.Equal((404, "conversation_not_found"), (hidden.Status, hidden.Code));
            Assert.Equal((absent.Status, absent.Code, absent.Message), (hidden.Status, hidden.Code, hidden.Message));
        }

        var message = await InShop(db => db.Set<Message>().Select(row => row.Id).SingleAsync(Cancellation));
        Assert.Equal("message_not_found", (await Assert.ThrowsAsync<RefusedException>(() => In<Outbox>(outbox => outbox.RetryAsync(agent, message, allowUnknown: true, Cancellation)))).Code);
        Assert.Equal("message_not_found", (await Assert.ThrowsAsync<RefusedException>(() => In<Outbox>(outbox => outbox.RetryAsync(agent, Absent, allowUnknown: true, Cancellation)))).Code);
        Assert.Empty(await InShop(db => db.Set<DomainEvent>().Where(row => row.ConversationId == elsewhere.Id).ToListAsync(Cancellation)));
    }

    [Fact]
    public async Task What_somebody_sees_and_may_not_do_is_forbidden()
    {
        await GivenShop();
        var others = await GivenConversation(_support, assignee: 2, ConversationStatus.Open);
        var own = await GivenConversation(_sales, assignee: 1, ConversationStatus.Open);
        var agent = Somebody(PermissionScope.All, 1, [], acts: PermissionScope.Own);

        await Assert.ThrowsAsync<ForbiddenException>(() => In<Messages>(messages => messages.SendAsync(agent, others.Id, new Writing("Hi"), Cancellation)));
        await Assert.ThrowsAsync<ForbiddenException>(() => In<Messages>(messages => messages.NoteAsync(agent, others.Id, new Writing("Hi"), Cancellation)));
        await Assert.ThrowsAsync<ForbiddenException>(() => In<ConversationStates>(states => states.CloseAsync(agent, others.Id, Cancellation)));
        await Assert.ThrowsAsync<ForbiddenException>(() => In<ConversationStates>(states => states.ChangeAsync(agent, others.Id, new Change(DepartmentId: _sales), Cancellation)));

        await In<Messages>(messages => messages.NoteAsync(agent, own.Id, new Writing("Hi"), Cancellation));
        await In<ConversationStates>(states => states.CloseAsync(agent, own.Id, Cancellation));
    }

    [Fact]
    public async Task Handing_a_conversation_on_needs_its_own_right()
    {
        await GivenShop();
        var conversation = await GivenConversation(_sales, assignee: 1, ConversationStatus.Open);
        var agent = Somebody(PermissionScope.All, 1, []) with
        {
            Rights = new Dictionary<string, PermissionScope> { [ConversationPermissions.Read] = PermissionScope.All, [ConversationPermissions.Manage] = PermissionScope.All },
        };

        await Assert.ThrowsAsync<ForbiddenException>(() => In<ConversationStates>(states => states.AssignAsync(agent, conversation.Id, 2, Cancellation)));
        await Assert.ThrowsAsync<ForbiddenException>(() => In<ConversationStates>(states => states.ChangeAsync(agent, conversation.Id, new Change(DepartmentId: _support), Cancellation)));

        await In<ConversationStates>(states => states.AssignAsync(agent, conversation.Id, null, Cancellation));
        await In<ConversationStates>(states => states.AssignAsync(agent, conversation.Id, 1, Cancellation));
        Assert.Equal(1, (await Read(conversation)).AssigneeId);
    }

    [Fact]
    public async Task In_another_department_a_conversation_loses_an_assignee_who_may_not_look_there()
    {
        await GivenShop();
        var conversation = await GivenConversation(_sales, assignee: 2, ConversationStatus.Open);

        await In<ConversationStates>(states => states.ChangeAsync(Caller.System(1), conversation.Id, new Change(DepartmentId: _support, Reason: "A question of billing"), Cancellation));

        var moved = await Read(conversation);
        Assert.Equal((_support, null), (moved.DepartmentId, moved.AssigneeId));
        var told = await In<ConversationFacts, IReadOnlyList<ThreadEvent>>(facts => facts.EventsAsync(Caller.System(1), conversation.Id, DateTime.UnixEpoch, Cancellation));
        Assert.Equal(("Support", "A question of billing"), told.Where(one => one.Type == "conversation_moved").Select(one => (one.Department, one.Reason)).Single());
        var audited = await InShop(db => db.Set<AuditEvent>().SingleAsync(row => row.Action == "conversation.moved", Cancellation));
        Assert.Contains($"\"department_id\":{_support}", audited.After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_who_sees_the_whole_business_keeps_it_wherever_it_goes()
    {
        await GivenShop();
        var conversation = await GivenConversation(_sales, assignee: 1, ConversationStatus.Open);

        await In<ConversationStates>(states => states.ChangeAsync(Caller.System(1), conversation.Id, new Change(DepartmentId: _support), Cancellation));

        Assert.Equal(1, (await Read(conversation)).AssigneeId);
    }

    [Fact]
    public async Task Nobody_is_given_a_conversation_of_a_department_where_they_may_not_look()
    {
        await GivenShop();
        var conversation = await GivenConversation(_support, assignee: null, ConversationStatus.Open);
        async Task<string> Refused(Change change)
            => (await Assert.ThrowsAsync<RefusedException>(() => In<ConversationStates>(states => states.ChangeAsync(Caller.System(1), conversation.Id, change, Cancellation)))).Code;

        Assert.Equal("assignee_without_access", await Refused(new Change(AssigneeId: 2)));
        Assert.Equal("invalid_value", await Refused(new Change(AssigneeId: 3)));   // of another business
        Assert.Equal("invalid_value", await Refused(new Change(AssigneeId: Absent)));
        Assert.Equal("invalid_value", await Refused(new Change(DepartmentId: Absent)));
        await In<ConversationStates>(states => states.ChangeAsync(Caller.System(1), conversation.Id, new Change(AssigneeId: 2, DepartmentId: _sales), Cancellation));

        var changed = await Read(conversation);
        Assert.Equal((_sales, 2L), (changed.DepartmentId, changed.AssigneeId));
    }

    [Fact]
    public async Task Who_hands_on_is_offered_only_colleagues_who_may_look_there()
    {
        await GivenShop();

        Assert.Equal(["Anna"], await Offered(_support));
        Assert.Equal(["Anna", "Ben"], await Offered(_sales));
        Assert.Equal(["Anna", "Ben"], await Offered(null));
        await Assert.ThrowsAsync<ForbiddenException>(() => In<TransferTargets>(targets => targets.ColleaguesAsync(
            Somebody(PermissionScope.All, 1, []) with { Rights = new Dictionary<string, PermissionScope> { [ConversationPermissions.Read] = PermissionScope.All } }, null, Cancellation)));

        async Task<IEnumerable<string>> Offered(long? department)
            => (await In<TransferTargets, IReadOnlyList<Target>>(targets => targets.ColleaguesAsync(Caller.System(1), department, Cancellation))).Select(target => target.Name);
    }

    [Fact]
    public async Task A_bulk_action_does_what_it_may_and_says_what_it_left()
    {
        await GivenShop();
        var own = await GivenConversation(_sales, assignee: 1, ConversationStatus.Open);
        var seen = await GivenConversation(_sales, assignee: null, ConversationStatus.Open);
        var hidden = await GivenConversation(_support, assignee: 2, ConversationStatus.Open);
        var agent = Somebody(PermissionScope.Department, 1, [_sales], acts: PermissionScope.Own);

        var result = await In<BulkChanges, BulkResult>(bulk => bulk.ChangeAsync(agent, [own.Id, seen.Id, hidden.Id, Absent], new Change(ConversationStatus.Closed), read: true, Cancellation));

        Assert.Equal([own.Id], result.Done);
        Assert.Equal(
            [(seen.Id, "forbidden"), (hidden.Id, "conversation_not_found"), (Absent, "conversation_not_found")], result.Refused.Select(refused => (refused.Id, refused.Code)));
        Assert.Equal(ConversationStatus.Closed, (await Read(own)).Status);
        Assert.Equal(ConversationStatus.Open, (await Read(hidden)).Status);
    }

    [Fact]
    public async Task A_bulk_action_is_taken_back_as_far_as_the_caller_still_reaches()
    {
        await GivenShop();
        var pending = await GivenConversation(_sales, assignee: 1, ConversationStatus.Pending);
        var open = await GivenConversation(_sales, assignee: null, ConversationStatus.Open);
        var closed = await GivenConversation(_sales, assignee: 1, ConversationStatus.Closed);
        var agent = Somebody(PermissionScope.Department, 1, [_sales]);
        await InShop(async db =>
        {
            db.Add(new Tag { TenantId = 1, Name = "Refund", Colour = "#aa0000", CreatedAt = DateTime.UnixEpoch });
            return await db.SaveChangesAsync(Cancellation);
        });

        var change = new Change(ConversationStatus.Closed, AssigneeId: 1, Priority: ConversationPriority.High) { AddTags = ["refund"] };
        var result = await In<BulkChanges, BulkResult>(bulk => bulk.ChangeAsync(agent, [pending.Id, open.Id, closed.Id], change, read: null, Cancellation));
        Assert.Equal(3, result.Done.Count);
        Assert.Equal((ConversationStatus.Closed, 1L, ConversationPriority.High), Seen(await Read(open)));
        Assert.Equal(3, await InShop(db => db.Set<ConversationTag>().CountAsync(Cancellation)));

        Assert.Equal(0, await In<BulkChanges, int>(bulk => bulk.TakeBackAsync(agent, result, Cancellation)));
        Assert.Equal((ConversationStatus.Pending, 1L, ConversationPriority.Normal), Seen(await Read(pending)));
        Assert.Equal((ConversationStatus.Open, null, ConversationPriority.Normal), Seen(await Read(open)));
        Assert.Equal((ConversationStatus.Closed, 1L, ConversationPriority.Normal), Seen(await Read(closed)));
        Assert.Equal(0, await InShop(db => db.Set<ConversationTag>().CountAsync(Cancellation)));

        // What was handed to where the caller may not look does not come back by them.
        var handed = await In<BulkChanges, BulkResult>(bulk => bulk.ChangeAsync(agent, [open.Id], new Change(DepartmentId: _support), read: null, Cancellation));
        Assert.Equal(1, await In<BulkChanges, int>(bulk => bulk.TakeBackAsync(agent, handed, Cancellation)));
        Assert.Equal(_support, (await Read(open)).DepartmentId);

        static (ConversationStatus, long?, ConversationPriority) Seen(Conversation row) => (row.Status, row.AssigneeId, row.Priority);
    }

    [Theory]
    [InlineData("reindeer", true)]
    [InlineData("REIN", true)]
    [InlineData("sleigh reindeer", true)]
    [InlineData("reindeer@pole.example", true)]
    [InlineData("reindeer penguin", false)]
    [InlineData("\"reindeer", true)]
    [InlineData("' OR 1=1 --", false)]
    [InlineData("%", false)]
    [InlineData("_", false)]
    [InlineData("NEAR(", false)]
    [InlineData("Text : reindeer", false)]
    public async Task Search_takes_words_and_no_syntax(string words, bool found)
    {
        await GivenShop();
        var conversation = await GivenConversation(null, null, ConversationStatus.Open, "The sleigh is late: write to reindeer@pole.example!");

        var result = await In<MessageSearch, SearchResult>(search => search.FindAsync(Caller.System(1), words, 10, Cancellation));
        var page = await In<ConversationLists, Page<ConversationRow>>(lists => lists.PageAsync(
            Caller.System(1), new ConversationFilter(Status: null) { Text = words }, after: null, 10, Cancellation));

        Assert.Equal(found ? [conversation.Id] : [], result.Messages.Select(message => message.ConversationId));
        Assert.Equal(found ? [conversation.Id] : [], page.Items.Select(row => row.Id));
    }

    [Fact]
    public async Task Search_forgets_what_was_changed_or_removed_and_never_looks_into_another_business()
    {
        await GivenShop();
        var conversation = await GivenConversation(null, null, ConversationStatus.Open, "reindeer");
        Assert.Single((await Search()).Messages);

        await InShop(db => db.Set<Message>().ExecuteUpdateAsync(set => set.SetProperty(row => row.Text, "penguin"), Cancellation));
        Assert.Empty((await Search()).Messages);

        await InShop(db => db.Set<Message>().ExecuteUpdateAsync(set => set.SetProperty(row => row.Text, "reindeer"), Cancellation));
        Assert.Single((await Search()).Messages);
        Assert.Empty((await In<MessageSearch, SearchResult>(search => search.FindAsync(Caller.System(2), "reindeer", 10, Cancellation), tenant: 2)).Messages);

        await InShop(db => db.Set<Message>().Where(row => row.ConversationId == conversation.Id).ExecuteDeleteAsync(Cancellation));
        Assert.Empty((await Search()).Messages);

        Task<SearchResult> Search() => In<MessageSearch, SearchResult>(search => search.FindAsync(Caller.System(1), "reindeer", 10, Cancellation));
    }

    [Fact]
    public async Task SQL_Server_looks_at_each_text_for_every_word()
    {
        var tape = new SqlServerTape();
        await using var db = tape.CreateDbContext();

        await MessageSearch.Matching(db, db.Set<Message>(), "red Shoes").ToListAsync(Cancellation);

        Assert.Matches(@"\[Text\] LIKE @\w+.* AND \[\w\]\.\[Text\] LIKE @\w+", Assert.Single(tape.Statements).ReplaceLineEndings(" "));
    }

    private async Task Agrees(Caller caller)
    {
        var reached = _all.Where(conversation => caller.Reaches(ConversationPermissions.Read, conversation.AssigneeId, conversation.DepartmentId)).ToList();
        var expected = reached.Select(conversation => conversation.Id).Order().ToList();
        var watched = InboxTopics.WatchedBy(caller);
        await In<ConversationLists, int>(async lists =>
        {
            Assert.Equal(expected, (await Pages(lists, caller, new ConversationFilter(Status: null))).Order());
            foreach (var status in Enum.GetValues<ConversationStatus>())
            {
                var counts = await lists.CountAsync(caller, new ConversationFilter(status), Cancellation);
                Assert.Equal(reached.Count(c => c.Status == status), counts.All);
                Assert.Equal(counts.All, (await Pages(lists, caller, new ConversationFilter(status))).Count);
                Assert.Equal(counts.Mine, (await Pages(lists, caller, new ConversationFilter(status, ConversationTab.Mine))).Count);
                Assert.Equal(counts.Unassigned, (await Pages(lists, caller, new ConversationFilter(status, ConversationTab.Unassigned))).Count);
            }

            Assert.Equal(reached.Count(c => c.Status == ConversationStatus.Open), await lists.CountUnreadAsync(caller, Cancellation));
            return 0;
        });
        foreach (var conversation in _all)
        {
            var sees = expected.Contains(conversation.Id);
            Assert.Equal(sees, await In<ConversationLists, ConversationRow?>(lists => lists.FindAsync(caller, conversation.Id, Cancellation)) is not null);
            Assert.Equal(sees, await In<Threads, Page<MessageRow>?>(threads => threads.PageAsync(caller, conversation.Id, null, 10, Cancellation)) is not null);
            Assert.Equal(sees, await In<Threads, MessageRow?>(threads => threads.FindAsync(caller, conversation.LastMessageId, Cancellation)) is not null);
            Assert.Equal(sees, (await In<ConversationFacts, IReadOnlyList<IdentityRow>>(facts => facts.IdentitiesAsync(caller, conversation.ContactId, Cancellation))).Count > 0);
            Assert.Equal(sees, InboxTopics.Of(conversation).Intersect(watched).Any());
        }

        var found = await In<MessageSearch, SearchResult>(search => search.FindAsync(caller, "parcel", 50, Cancellation));
        Assert.Equal(expected, found.Messages.Select(message => message.ConversationId).Order());
        Assert.Equal(expected, (await In<MessageSearch, SearchResult>(search => search.FindAsync(caller, "Customer", 50, Cancellation))).Conversations.Select(row => row.Id).Order());
        if (caller.UserId is not null)
        {
            var bulk = await In<BulkChanges, BulkResult>(all => all.ChangeAsync(caller, new ConversationFilter(Status: null), change: null, read: false, Cancellation));
            Assert.Equal(expected, bulk.Done.Order());
            Assert.Empty(bulk.Refused);
        }
    }

    private static async Task<List<long>> Pages(ConversationLists lists, Caller caller, ConversationFilter filter)
    {
        List<long> ids = [];
        string? cursor = null;
        do
        {
            var page = await lists.PageAsync(caller, filter, Cursor.Parse(cursor), 7, Cancellation);
            ids.AddRange(page.Items.Select(row => row.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return ids;
    }

    private IEnumerable<Func<long, Task>> Verbs(Caller caller) =>
    [
        id => In<ConversationStates>(states => states.CloseAsync(caller, id, Cancellation)),
        id => In<ConversationStates>(states => states.ReopenAsync(caller, id, Cancellation)),
        id => In<ConversationStates>(states => states.AssignAsync(caller, id, 1, Cancellation)),
        id => In<ConversationStates>(states => states.ChangeAsync(caller, id, new Change(DepartmentId: _sales), Cancellation)),
        id => In<ConversationStates>(states => states.ChangeAsync(caller, id, new Change(Priority: ConversationPriority.High), Cancellation)),
        id => In<AgentMarks>(marks => marks.ReadAsync(caller, id, null, Cancellation)),
        id => In<AgentMarks>(marks => marks.UnreadAsync(caller, id, Cancellation)),
        id => In<AgentMarks>(marks => marks.SaveDraftAsync(caller, id, "Dear", isNote: false, Cancellation)),
        id => In<Messages>(messages => messages.SendAsync(caller, id, new Writing("Hi", "key-1"), Cancellation)),
        id => In<Messages>(messages => messages.NoteAsync(caller, id, new Writing("Hi", "key-1"), Cancellation)),
    ];

    /// <summary>Anna (1) sees the whole business, Ben (2) only Sales; Cleo (3) works in another business.</summary>
    private async Task GivenShop()
    {
        await App.GivenBusiness("Shop");
        await App.GivenBusiness("Other");
        await Person(1, "Anna", PermissionScope.All);
        await Person(1, "Ben", PermissionScope.Department);
        await Person(2, "Cleo", PermissionScope.All);
        (_sales, _support) = await InShop(async db =>
        {
            var sales = new Department { TenantId = 1, Name = "Sales", CreatedAt = DateTime.UnixEpoch };
            sales.Members.Add(new DepartmentMember { TenantId = 1, UserId = 2 });
            var support = new Department { TenantId = 1, Name = "Support", CreatedAt = DateTime.UnixEpoch };
            db.AddRange(sales, support);
            db.Add(new Channel { TenantId = 1, Kind = "whatsapp", Name = "Orders", ExternalId = "1", CreatedAt = DateTime.UnixEpoch });
            await db.SaveChangesAsync(Cancellation);
            return (sales.Id, support.Id);
        });
    }

    private Task<int> Person(long tenant, string name, PermissionScope reads) => App.InBusiness(tenant, async db =>
    {
        var user = new User { Name = name, UserName = name, NormalizedUserName = name, CreatedAt = DateTime.UnixEpoch };
        db.Add(user);
        await db.SaveChangesAsync(Cancellation);
        var role = new Role { TenantId = tenant, Name = $"Role of {name}", CreatedAt = DateTime.UnixEpoch };
        role.Permissions.Add(new RolePermission { TenantId = tenant, Permission = ConversationPermissions.Read, Scope = reads });
        db.Add(Membership.Of(role, user.Id, DateTime.UnixEpoch));
        return await db.SaveChangesAsync(Cancellation);
    });

    private async Task<Conversation> GivenConversation(long? department, long? assignee, ConversationStatus status, string text = "Where is my parcel?")
    {
        var conversation = await InShop(async db =>
        {
            var now = App.Clock.GetUtcNow().UtcDateTime;
            var channel = await db.Set<Channel>().SingleAsync(Cancellation);
            var contact = new Contact { TenantId = 1, Name = $"Customer {_all.Count}", CreatedAt = now };
            db.Add(contact);
            db.Add(new ContactIdentity { TenantId = 1, ContactId = contact.Id, ChannelId = channel.Id, Kind = "phone", Address = $"1555{_all.Count}", CreatedAt = now });
            var made = Conversation.Start(db, channel, contact.Id, now);
            var message = new Message
            {
                TenantId = 1,
                ConversationId = made.Id,
                ChannelId = channel.Id,
                Direction = MessageDirection.Inbound,
                Type = "text",
                Text = text,
                Status = MessageStatus.Received,
                SenderKind = SenderKind.Contact,
                SentAt = now,
                CreatedAt = now,
            };
            db.Add(made);
            db.Add(message);
            made.Receive(message, now);
            made.Move(department, now);
            made.Assign(assignee, now);
            if (status == ConversationStatus.Closed)
            {
                made.Close(now);
            }

            made.Status = status;
            await db.SaveChangesAsync(Cancellation);
            return made;
        });
        _all.Add(conversation);
        return conversation;
    }

    private static Caller Somebody(PermissionScope sees, long? user, long[] departments, PermissionScope? acts = null)
        => new(
            user is null ? CallerKind.Key : CallerKind.User, 1, user, "Somebody",
            new Dictionary<string, PermissionScope>
            {
                [ConversationPermissions.Read] = sees,
                [ConversationPermissions.Reply] = acts ?? sees,
                [ConversationPermissions.Note] = acts ?? sees,
                [ConversationPermissions.Manage] = acts ?? sees,
                [ConversationPermissions.Transfer] = acts ?? sees,
                [ContactPermissions.Read] = sees,
            })
        {
            Departments = departments.ToHashSet(),
        };

    private Task<Conversation> Read(Conversation conversation) => InShop(db => db.Set<Conversation>().AsNoTracking().SingleAsync(row => row.Id == conversation.Id, Cancellation));

    private Task<T> InShop<T>(Func<InboxDb, Task<T>> work) => App.InBusiness(1, work);

    private Task<int> In<TOperations>(Func<TOperations, Task> work) where TOperations : notnull => In<TOperations, int>(async operations =>
    {
        await work(operations);
        return 0;
    });

    private async Task<T> In<TOperations, T>(Func<TOperations, Task<T>> work, long tenant = 1) where TOperations : notnull
    {
        await using var scope = App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(tenant);
        return await work(scope.ServiceProvider.GetRequiredService<TOperations>());
    }
}
