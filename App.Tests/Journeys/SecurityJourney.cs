using System.Text.RegularExpressions;
using Inbox.Access.Company;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Inbox.Tests.Journeys;

/// <summary>What a browser itself finds wrong, on every page that somebody signed in can open.</summary>
public sealed partial class SecurityJourney : Journey
{
    private const string Probe = "\"><img src=x onerror=window.__x=1>";

    /// <summary>Opens each page and returns what the browser refused there, and whether a probe ran.</summary>
    private const string Watch = """
        window.__refused = [];
        document.addEventListener("securitypolicyviolation", (event) => window.__refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}:${event.lineNumber}`));
        """;

    [Fact]
    public async Task No_page_does_what_its_own_policy_forbids()
    {
        var app = await GivenApp(sampleData: true);
        var visit = await GivenVisit("owner", app.Address);
        await visit.Context.AddInitScriptAsync(Watch);
        var page = (await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page;

        foreach (var address in await Addresses(app))
        {
            await Open(page, address);
            Assert.Equal((address, ""), (address, string.Join("; ", await page.EvaluateAsync<string[]>("() => window.__refused"))));
        }
    }

    [Fact]
    public async Task Nothing_that_somebody_stored_runs_on_any_page()
    {
        var app = await GivenApp(sampleData: true);
        var filled = await FillWithProbes(app);
        Assert.True(filled > 20, $"Only {filled} texts were filled.");
        var visit = await GivenVisit("owner", app.Address);
        var page = (await new SignInScreen(await visit.OpenAsync("/sign-in")).SignIn(Owner.Email, Owner.Password)).Page;

        foreach (var address in await Addresses(app))
        {
            await Open(page, address);
            Assert.Equal((address, true), (address, await page.EvaluateAsync<bool>("() => window.__x === undefined && document.querySelector('img[src=\"x\"]') === null")));
        }
    }

    /// <summary>Every page of the build that needs no id, and the sample's conversations.</summary>
    private static async Task<IReadOnlyList<string>> Addresses(TestApp app)
    {
        var pages =
            from type in typeof(InboxPage).Assembly.GetTypes()
            from route in type.GetCustomAttributes(typeof(RouteAttribute), inherit: false).Cast<RouteAttribute>()
            where !route.Template.Contains('{') && route.Template is not ("/sign-out" or "/error" or "/setup")
            select route.Template;
        var conversations = (await app.Conversations()).Select(conversation => $"/inbox/{conversation.Id}?panel=true");
        return [.. pages.Order(StringComparer.Ordinal), .. conversations, "/not-there"];
    }

    private static async Task Open(IPage page, string address)
    {
        await page.GotoAsync(address);
        // The circuit has drawn once it has removed what was rendered before it, or there is none on this page.
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }

    /// <returns>How many values were written.</returns>
    private static Task<int> FillWithProbes(TestApp app) => app.InMany(async db =>
    {
        var filled = 0;
        foreach (var type in db.Model.GetEntityTypes().Where(type => type.ClrType != typeof(AuditEvent) && !type.IsOwned()))
        {
            var texts = type.GetProperties().Where(IsFreeText).ToList();
            if (texts.Count > 0)
            {
                filled += await (Task<int>)typeof(SecurityJourney).GetMethod(nameof(Fill), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
                    .MakeGenericMethod(type.ClrType).Invoke(null, [db, texts])!;
            }
        }

        foreach (var tenant in await db.Set<Tenant>().Select(tenant => tenant.Id).ToListAsync(Cancellation))
        {
            db.Add(new CompanyProfile { TenantId = tenant, Street = Probe, City = Probe, Region = Probe, Website = Probe, Phone = Probe });
            db.Add(new WorkingHours { TenantId = tenant, DepartmentId = 0, Hours = new HoursView(new Dictionary<string, IReadOnlyList<IntervalView>>(), [new HolidayView(new DateOnly(2026, 12, 25), Probe)]).ToJson() });
            db.Add(new Inbox.Conversations.Labels.Tag { TenantId = tenant, Name = Probe, Colour = "#2a4dd7", CreatedAt = app.Clock.GetUtcNow().UtcDateTime });
            db.Add(new Inbox.Conversations.Labels.CannedReply { TenantId = tenant, Shortcut = Probe, Text = Probe, CreatedAt = app.Clock.GetUtcNow().UtcDateTime });
            filled += 9;
        }

        await db.SaveChangesAsync(Cancellation);
        return filled;
    });

    private static async Task<int> Fill<T>(InboxDb db, IReadOnlyList<IProperty> texts) where T : class
    {
        var filled = 0;
        foreach (var row in await db.Set<T>().IgnoreQueryFilters([Filters.Tenant, Filters.Deleted]).ToListAsync(Cancellation))
        {
            foreach (var text in texts.Where(text => db.Entry(row).Property(text.Name).CurrentValue is not null))
            {
                db.Entry(row).Property(text.Name).CurrentValue = Probe;
                filled++;
            }
        }

        return filled;
    }

    private static bool IsFreeText(IProperty property)
        => property.ClrType == typeof(string) && property.GetMaxLength() is null or -1 or >= 35 && !property.IsKey() && !property.IsForeignKey() && !property.IsIndex() && !property.IsConcurrencyToken
            && property.GetTypeMapping().Converter is null && !Structured().IsMatch(property.Name);

    /// <summary>Texts that the program reads itself: a probe there breaks it, and no page shows them.</summary>
    [GeneratedRegex("^(Id|Kind|.*Kind|.*Type|.*Hash|.*Stamp|.*Key|Slug|TenantSlug|.*Zone|.*Token.*|Settings|Data|Hours|Languages|.*Colou?r|Normalized.*|UserName|Email|Action|ExternalId|GroupId|ChannelIds|Owner|.*Events|Secret.*|Scope.*|Permissions?|Content|Payload|Media|Error.*|To|Address)$")]
    private static partial Regex Structured();
}
