using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Inbox.Access;
using Inbox.Access.Company;
using Inbox.Access.Pictures;
using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Access.Support;
using Inbox.Assistant;
using Inbox.Channels;
using Inbox.Channels.Templates;
using Inbox.Channels.Website;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Conversations.Labels;
using Inbox.Conversations.Notifications;
using Inbox.Conversations.Signs;
using Inbox.Data;
using Inbox.Media;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Inbox.Tests.Access.Matrix;

/// <summary>
/// Two businesses of the same shape. Every text of the second holds <see cref="Canary"/>. What a later feature keeps in
/// tables of its own is hashed by itself; give it rows in <see cref="TalkAsync"/>.
/// </summary>
internal sealed class Shops(TestApp app)
{
    private const string Origin = "https://shop.example";

    private static readonly string[] Never = ["never_happens"];
    private static readonly string[] Agent = ["agent"];
    private static readonly string[] ReadOnly = ["conversations.read"];
    private static readonly string[] Narrow = ["tags.read"];

    private static readonly string[] People = ["owner", "admin", "supervisor", "agent", "own-scope agent", "department agent", "analyst", "read-only"];

    private static readonly MethodInfo Read = typeof(Shops).GetMethod(nameof(RowsAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly Dictionary<string, Session> _sessions = [];
    private readonly Dictionary<string, string> _keys = [];

    public string Canary { get; } = $"CANARY-B-{Guid.NewGuid():N}"[..30];   // the shortest column that holds it has 40

    public long Ours { get; private set; }

    public long Theirs { get; private set; }

    public static IReadOnlyList<string> Roles { get; } =
        [.. People, Installation, "internal key", "narrow key", "visitor", "anonymous"];

    /// <summary>Those who run the installation, whom no owner has let in: above businesses, and of none.</summary>
    public const string Installation = "super-admin";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task SeedAsync()
    {
        Ours = await ShopAsync("Shop A", "A");
        Theirs = await ShopAsync($"Shop {Canary}", Canary);
    }

    /// <summary>A request of a role; what a role has lost (it signed itself out) it gets back.</summary>
    public async Task<HttpRequestMessage> AsAsync(string role, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Accept", "application/json");
        var token = role switch
        {
            "anonymous" => null,
            "internal key" or "narrow key" or "visitor" => _keys[role],
            _ => app.Services.GetRequiredService<AccessTokens>().Make(await SessionAsync(role)),
        };
        if (token is not null)
        {
            request.Headers.Add("Authorization", $"Bearer {token}");
        }

        if (role == "visitor")
        {
            request.Headers.Add("Origin", Origin);
        }

        return request;
    }

    /// <summary>The role's session as a browser keeps it; null for who has none.</summary>
    public async Task<string?> CookieAsync(string role)
    {
        if (!_sessions.ContainsKey(role))
        {
            return null;
        }

        var session = await SessionAsync(role);
        var now = app.Clock.GetUtcNow();
        var principal = new SessionClaims(session.Key, session.UserId, session.TenantId, now).Principal(SessionCookie.Scheme, "");
        var ticket = new AuthenticationTicket(principal, new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now.AddHours(1) }, SessionCookie.Scheme);
        return $"inbox-session={app.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(SessionCookie.Scheme).TicketDataFormat.Protect(ticket)}";
    }

    /// <summary>Tables without a row of their business: what no route could give away here.</summary>
    public async Task<IReadOnlyList<string>> EmptyTablesAsync() => await app.InBusiness(Theirs, async db =>
    {
        var empty = new List<string>();
        foreach (var type in Owned(db))
        {
            if ((await RowsOfAsync(db, type, Theirs)).Count == 0)
            {
                empty.Add(type.GetTableName()!);
            }
        }

        return empty;
    });

    /// <summary>Ids of a business that a parameter behind this word of an address may mean.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(string word, long tenant) => await app.InBusiness(tenant, async db =>
    {
        if (word is "businesses" or "widget")
        {
            return [tenant.ToString(CultureInfo.InvariantCulture), await db.Set<Tenant>().Where(row => row.Id == tenant).Select(row => row.Slug).SingleAsync(Cancellation)];
        }

        if (word == "users")
        {
            return (await db.Set<Membership>().Select(row => row.UserId).Take(2).ToListAsync(Cancellation)).ConvertAll(Text);
        }

        if (word == "sessions")
        {
            return (await db.Set<Session>().Where(row => row.TenantId == tenant).OrderBy(row => row.Id).Select(row => row.Id).Take(2).ToListAsync(Cancellation)).ConvertAll(Text);
        }

        var table = (word switch { "media" => "MediaFiles", "templates" => "MessageTemplates", "notes" => "ContactNotes", "merges" => "ContactMerges", _ => word }).Replace("-", "", StringComparison.Ordinal);
        var type = Owned(db).FirstOrDefault(type => string.Equals(type.GetTableName(), table, StringComparison.OrdinalIgnoreCase));
        if (type is null)
        {
            return [Text(await db.Set<Conversation>().Select(row => row.Id).MinAsync(Cancellation)), Text(await db.Set<Message>().Select(row => row.Id).MinAsync(Cancellation))];
        }

        var rows = await RowsOfAsync(db, type, tenant);
        return [.. rows.Select(row => Convert.ToString(type.FindPrimaryKey()!.Properties[^1].PropertyInfo?.GetValue(row), CultureInfo.InvariantCulture)!).Take(2)];

        static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
    });

    /// <summary>A hash of each table's rows of their business, by table.</summary>
    public async Task<IReadOnlyDictionary<string, string>> TheirTablesAsync() => await app.InBusiness(Theirs, async db =>
    {
        var tables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var type in Owned(db))
        {
            var rows = (await RowsOfAsync(db, type, Theirs)).Select(row => string.Join('|', type.GetProperties()
                .Where(property => property.PropertyInfo is not null).Select(property => JsonSerializer.Serialize(property.PropertyInfo!.GetValue(row)))));
            tables[type.GetTableName()!] = Hash(rows.Order(StringComparer.Ordinal));
        }

        var members = await db.Set<Membership>().Select(row => row.UserId).ToListAsync(Cancellation);
        var people = await db.Set<User>().AsNoTracking().Where(user => members.Contains(user.Id)).OrderBy(user => user.Id).ToListAsync(Cancellation);
        tables["Sessions"] = Hash((await db.Set<Session>().AsNoTracking().Where(session => session.TenantId == Theirs).OrderBy(session => session.Id).ToListAsync(Cancellation)).Select(session => JsonSerializer.Serialize(session)));
        tables["Users"] = Hash(people.Select(user => JsonSerializer.Serialize(user)));
        tables["Tenants"] = Hash([JsonSerializer.Serialize(await db.Set<Tenant>().AsNoTracking().SingleAsync(row => row.Id == Theirs, Cancellation))]);
        return (IReadOnlyDictionary<string, string>)tables;
    });

    private static string Hash(IEnumerable<string> rows) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', rows))));

    private static IEnumerable<IEntityType> Owned(InboxDb db)
        => db.Model.GetEntityTypes().Where(type => !type.IsOwned() && type.ClrType.IsAssignableTo(typeof(ITenantOwned))).OrderBy(type => type.Name, StringComparer.Ordinal);

    private static async Task<IReadOnlyList<object>> RowsOfAsync(InboxDb db, IEntityType type, long tenant)
        => [.. (await (Task<IEnumerable>)Read.MakeGenericMethod(type.ClrType).Invoke(null, [db, tenant])!).Cast<object>()];

    private static async Task<IEnumerable> RowsAsync<T>(InboxDb db, long tenant) where T : class, ITenantOwned
        => await db.Set<T>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).AsNoTracking().Where(row => EF.Property<long>(row, nameof(ITenantOwned.TenantId)) == tenant).ToListAsync(Cancellation);

    private async Task<Session> SessionAsync(string role)
    {
        var known = _sessions[role];
        var alive = await app.InMany(db => db.Set<Session>().AnyAsync(row => row.Key == known.Key && row.EndedAt == null, Cancellation));
        if (alive)
        {
            return known;
        }

        var user = await app.InMany(db => db.Set<User>().SingleAsync(row => row.Id == known.UserId, Cancellation));
        return _sessions[role] = await SignInAsync(user, known.TenantId);
    }

    private Task<Session> SignInAsync(User user, long tenant, string? device = null) => app.InMany(async db =>
    {
        var now = app.Clock.GetUtcNow().UtcDateTime;
        var session = new Session
        {
            Key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            UserId = user.Id,
            TenantId = tenant,
            Stamp = user.SecurityStamp!,
            StartedAt = now,
            SeenAt = now,
            ProvenAt = now,
            ExpiresAt = now.AddHours(10),
            Device = device,
            HasTokens = true,
        };
        db.Add(session);
        await db.SaveChangesAsync(Cancellation);
        return session;
    });

    private async Task<long> ShopAsync(string name, string text)
    {
        var made = await new TestApi(app, TestApp.MasterKey).Send(HttpMethod.Post, "/api/v1/businesses", JsonSerializer.Serialize(new { business_name = name }));
        var (key, slug) = (made.Body.GetProperty("internal_api_key").GetString()!, made.Body.GetProperty("slug").GetString()!);
        var tenant = await app.InMany(db => db.Set<Tenant>().Where(row => row.Slug == slug).Select(row => row.Id).SingleAsync(Cancellation));
        var website = await new TestApi(app, key).Send(HttpMethod.Post, "/api/v1/channels", $$"""{"kind": "website", "name": "{{text}}", "settings": {"allowed_origins": ["{{Origin}}"]} }""");
        Assert.Equal(201, website.Status);
        await SettingsAsync(new TestApi(app, key), tenant, text);
        var people = new Dictionary<string, User>();
        foreach (var role in People)
        {
            people[role] = await PersonAsync(tenant, role, text);
        }

        await app.InBusiness(tenant, async db =>
        {
            var sales = new Department { TenantId = tenant, Name = $"Sales {text}", Description = text, CreatedAt = DateTime.UnixEpoch };
            sales.Members.Add(new DepartmentMember { TenantId = tenant, UserId = people["department agent"].Id });
            var support = new Department { TenantId = tenant, Name = $"Support {text}", Description = text, CreatedAt = DateTime.UnixEpoch };
            db.AddRange(sales, support);
            db.Add(new NotificationSettings { TenantId = tenant, UserId = people["department agent"].Id });
            await db.SaveChangesAsync(Cancellation);
            await TalkAsync(db, tenant, sales.Id, people["own-scope agent"].Id, $"1 {text}");
            await TalkAsync(db, tenant, support.Id, null, $"2 {text}");
            return 0;
        });
        if (Ours == 0)
        {
            foreach (var (role, person) in people)
            {
                _sessions[role] = await SignInAsync(person, tenant);
            }

            _sessions[Installation] = await SignInAsync(await app.InBusiness(tenant, db => AccountAsync(db, tenant, Installation, text, isSuperAdmin: true)), tenant: 0);
            _keys["internal key"] = key;
            _keys["narrow key"] = (await new TestApi(app, key).Send(HttpMethod.Post, "/api/v1/api-keys", JsonSerializer.Serialize(new { name = "Narrow", permissions = Narrow }))).Body.GetProperty("key").GetString()!;
            _keys["visitor"] = (await new TestApi(app, origin: Origin).Send(HttpMethod.Post, $"/api/v1/widget/{slug}/sessions")).Body.GetProperty("token").GetString()!;
        }
        else
        {
            await SignInAsync(people["owner"], tenant, text);
        }

        return tenant;
    }

    /// <summary>What an owner sets up beside channels and people.</summary>
    private async Task SettingsAsync(TestApi api, long tenant, string text)
    {
        var webhook = await api.Send(HttpMethod.Post, "/api/v1/webhooks", JsonSerializer.Serialize(new { url = $"https://example.com/{text}", event_types = Never, description = text }));
        var invitation = await api.Send(HttpMethod.Post, "/api/v1/invitations", JsonSerializer.Serialize(new { email = $"guest.{text}@shop.example", roles = Agent }));
        var key = await api.Send(HttpMethod.Post, "/api/v1/api-keys", JsonSerializer.Serialize(new { name = $"Till {text}", permissions = ReadOnly }));
        Assert.Equal((201, 201, 201), (webhook.Status, invitation.Status, key.Status));
        await app.InBusiness(tenant, async db =>
        {
            var now = app.Clock.GetUtcNow().UtcDateTime;
            db.Add(new CompanyProfile { TenantId = tenant, Street = text, City = text, Website = $"https://{text}.example", Phone = text });
            db.Add(new WorkingHours { TenantId = tenant, DepartmentId = 0, Hours = new HoursView(new Dictionary<string, IReadOnlyList<IntervalView>>(), [new HolidayView(new DateOnly(2026, 12, 25), text)]).ToJson() });
            db.Add(new Tag { TenantId = tenant, Name = text, Colour = "#2a4dd7", CreatedAt = now });
            db.Add(new CustomField { TenantId = tenant, Key = text.ToLowerInvariant(), Name = text, Kind = CustomFieldKind.Text, CreatedAt = now });
            var reply = db.Add(new CannedReply { TenantId = tenant, Shortcut = text, Text = text, CreatedAt = now }).Entity;
            db.Add(new CannedReplyUse { TenantId = tenant, ReplyId = reply.Id, Day = DateOnly.FromDateTime(now), Count = 1 });
            var account = db.Add(new TemplateAccount { TenantId = tenant, Kind = "whatsapp", ExternalId = text, SyncedAt = now }).Entity;
            db.Add(new MessageTemplate { TenantId = tenant, AccountId = account.Id, ExternalId = text, Name = text, Language = "en_US", Category = "utility", Components = JsonSerializer.Serialize(new[] { new { type = "BODY", text } }), CreatedAt = now });
            db.Add(new SupportGrant { TenantId = tenant, GrantedById = 1, GrantedByName = text, MayChange = false, Reason = text, CreatedAt = DateTime.UnixEpoch, ExpiresAt = DateTime.UnixEpoch.AddHours(1) });
            db.Add(new Stage { TenantId = tenant, Name = text, Description = text, SelectionPrompt = text, ExtractionPrompt = text, ResponsePrompt = text, Position = 1, CreatedAt = now });
            return await db.SaveChangesAsync(Cancellation);
        });
    }

    private static async Task<User> AccountAsync(InboxDb db, long tenant, string name, string text, bool isSuperAdmin = false)
    {
        var login = $"{name.Replace(' ', '.')}.{text}@shop.example".ToLowerInvariant();
        var user = new User
        {
            Name = $"{name} {text}",
            UserName = login,
            NormalizedUserName = login.ToUpperInvariant(),
            Email = login,
            NormalizedEmail = login.ToUpperInvariant(),
            EmailConfirmed = true,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            LastTenantId = tenant,
            IsSuperAdmin = isSuperAdmin,
            CreatedAt = DateTime.UnixEpoch,
        };
        db.Add(user);
        await db.SaveChangesAsync(Cancellation);
        return user;
    }

    private Task<User> PersonAsync(long tenant, string name, string text) => app.InBusiness(tenant, async db =>
    {
        var user = await AccountAsync(db, tenant, name, text);
        var scope = name switch { "own-scope agent" => PermissionScope.Own, "department agent" => PermissionScope.Department, _ => PermissionScope.All };
        Role role;
        if (scope == PermissionScope.All)
        {
            role = await db.Set<Role>().SingleAsync(row => row.Key == name, Cancellation);
        }
        else
        {
            role = new Role { TenantId = tenant, Name = $"{name} {text}", Description = text, CreatedAt = DateTime.UnixEpoch };
            role.Permissions.AddRange(Inbox.Access.Rights.PermissionCatalogue.OfRole(BuiltInRoles.Agent).Keys
                .Select(permission => new RolePermission { TenantId = tenant, Permission = permission, Scope = scope }));
        }

        var member = Membership.Of(role, user.Id, DateTime.UnixEpoch);
        if (name == "agent")
        {
            // Its address is a secret of the business as any text is; nobody reads the file here.
            member.Picture = new Picture { TenantId = tenant, Name = $"{text}.png", ContentType = "image/png", Size = 68, CreatedAt = DateTime.UnixEpoch };
        }

        db.Add(member);
        await db.SaveChangesAsync(Cancellation);
        return user;
    });

    private async Task TalkAsync(InboxDb db, long tenant, long department, long? assignee, string text)
    {
        var now = app.Clock.GetUtcNow().UtcDateTime;
        var channel = await db.Set<Channel>().FirstAsync(Cancellation);
        var contact = new Contact { TenantId = tenant, Name = text, Email = "customer@shop.example", Phone = $"1555{tenant}{department}", CreatedAt = now };
        db.Add(contact);
        db.Add(new ContactIdentity { TenantId = tenant, ContactId = contact.Id, ChannelId = channel.Id, Kind = "visitor", Address = text, CreatedAt = now });
        db.Add(new ContactNote { TenantId = tenant, ContactId = contact.Id, Text = text, CreatedAt = now });
        db.Add(new ContactConsent { TenantId = tenant, ContactId = contact.Id, IsIn = true, At = now, Source = ConsentSources.Person, Words = text });
        var gone = new Contact { TenantId = tenant, Name = text, CreatedAt = now, MergedIntoId = contact.Id, DeletedAt = now };
        db.Add(gone);
        db.Add(new ContactMerge { TenantId = tenant, IntoId = contact.Id, FromId = gone.Id, FromName = text, At = now, UserName = text, Record = "{}", UndoneAt = now });
        db.Add(new ContactDistinction { TenantId = tenant, FirstId = contact.Id, SecondId = gone.Id, At = now });
        var conversation = Conversation.Start(db, channel, contact.Id, now);
        db.Add(conversation);
        foreach (var (direction, status) in new[] { (MessageDirection.Inbound, MessageStatus.Received), (MessageDirection.Note, MessageStatus.Sent) })
        {
            var message = new Message
            {
                TenantId = tenant,
                ConversationId = conversation.Id,
                ChannelId = channel.Id,
                Direction = direction,
                Type = "text",
                Text = text,
                Status = status,
                SenderKind = SenderKind.Contact,
                SentAt = now,
                CreatedAt = now,
            };
            db.Add(message);
            conversation.Receive(message, now);
            db.Add(new MediaFile { TenantId = tenant, MessageId = message.Id, ChannelId = channel.Id, Kind = "image", State = MediaState.Refused, FileName = text, Reference = text, CreatedAt = now });
            db.Add(new MessageRevision { TenantId = tenant, ChannelId = channel.Id, Target = $"{direction} {text}", MessageId = message.Id, IsDeletion = false, Text = text, Before = text, Number = 1, At = now });
            db.Add(new Reaction { TenantId = tenant, ChannelId = channel.Id, Target = $"{direction} {text}", Sender = text, Emoji = "+", At = now });
        }

        db.Add(new WebsiteVisitor { TenantId = tenant, ChannelId = channel.Id, Key = Guid.NewGuid().ToString("N"), Name = text, Email = text, CreatedAt = now });
        conversation.Move(department, now);
        conversation.Assign(assignee, now);
        db.Add(new Draft { TenantId = tenant, UserId = assignee ?? 0, ConversationId = conversation.Id, IsNote = false, Text = text, UpdatedAt = now });
        db.Add(new ReadMark { TenantId = tenant, UserId = assignee ?? 0, ConversationId = conversation.Id });
        await db.SaveChangesAsync(Cancellation);
    }
}
