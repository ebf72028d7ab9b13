using System.Net;
using System.Text;
using System.Text.Json;
using Inbox.Channels;
using Inbox.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Inbox.Tests.Channels.Inbound;

public sealed class OddTextTestsOnSqlite() : OddTextTests(TestDatabase.Sqlite);

public sealed class OddTextTestsOnPostgreSql() : OddTextTests(TestDatabase.PostgreSql);

/// <summary>Names and texts that were made to do harm: taken, and handed out as the text that they are.</summary>
public abstract class OddTextTests(TestDatabase database) : AppTests(database)
{
    private const string Ann = "15550100142";
    private const string Page = "710000000000001";

    /// <summary>As they stand between the quotes of the body, and what is read there.</summary>
    private static readonly Dictionary<string, (string Json, string Text)> Odd = new()
    {
        ["a script"] = ("<script>alert(1)</script><img src=x onerror=alert(1)>", "<script>alert(1)</script><img src=x onerror=alert(1)>"),
        ["an escaped script"] = (@"\u003Cscript>alert(1)\u003C\/script>", "<script>alert(1)</script>"),
        ["the other direction"] = ("invoice\u202Efdp.exe", "invoice\u202Efdp.exe"),
        ["bidi isolates that do not end"] = (@"\u2066\u2067\u2068a\u202A\u202Bb", "\u2066\u2067\u2068a\u202A\u202Bb"),
        ["a megabyte of combining marks"] = ("a" + new string('\u0301', 512 * 1024), "a" + new string('\u0301', 512 * 1024)),
        ["a lone high surrogate"] = (@"a\ud83d", "a\uFFFD"),
        ["a lone low surrogate"] = (@"\ude00a", "\uFFFDa"),
        ["surrogates the wrong way round"] = (@"\ude00a\ud83d", "\uFFFDa\uFFFD"),
        ["formulas and templates"] = (@"=HYPERLINK(\u0022http://evil.example\u0022) {{constructor}} ${7*7}", "=HYPERLINK(\"http://evil.example\") {{constructor}} ${7*7}"),
        ["signs that are not seen"] = (@"\u200B\uFEFFa\u0007\u001B[31m", "\u200B\uFEFFa\u0007\u001B[31m"),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_odd_name_and_text_of_WhatsApp_are_taken_and_shown(string name)
    {
        var api = await TestApi.OfBusiness(App);
        var number = await App.GivenWhatsApp();
        var (json, text) = Odd[name];
        var body = Encoding.UTF8.GetBytes($$$"""
            {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100100","phone_number_id":"{{{number.PhoneNumberId}}}"},
            "contacts":[{"profile":{"name":"{{{json}}}"},"wa_id":"{{{Ann}}}"}],"messages":[{"from":"{{{Ann}}}","id":"wamid.odd","timestamp":"1768471200","type":"text","text":{"body":"{{{json}}}"}}]}}]}]}
            """);

        Assert.Equal(HttpStatusCode.OK, await number.Deliver(body));

        await IsShown(api, text, text);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_odd_name_and_text_of_Messenger_are_taken_and_shown(string name)
    {
        var api = await TestApi.OfBusiness(App);
        await GivenPage();
        var (json, text) = Odd[name];
        var body = Encoding.UTF8.GetBytes($$$"""
            {"object":"page","entry":[{"id":"{{{Page}}}","time":1768471200000,"messaging":[{"sender":{"id":"8100000000000001","username":"{{{json}}}"},"recipient":{"id":"{{{Page}}}"},"timestamp":1768471200000,
            "message":{"mid":"m_odd","text":"{{{json}}}","quick_reply":{"payload":"{{{json}}}"}} }]}]}
            """);

        using var answer = await new WhatsAppNumber(App.Http, 1, 0, Page, TestApp.AppSecret).Post(body, WhatsAppNumber.Signature(body, TestApp.AppSecret), "/webhooks/messenger");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        await IsShown(api, text, text);
    }

    public static TheoryData<string> Names() => [.. Odd.Keys];

    private async Task IsShown(TestApi api, string name, string text)
    {
        await App.InboundIsIdle();
        var seen = Assert.Single(await App.Conversations());
        Assert.Equal(text, Assert.Single(seen.Texts));

        var list = await Read(api, "/api/v1/conversations");
        var conversation = Assert.Single(list.GetProperty("items").EnumerateArray());
        var contact = await Read(api, $"/api/v1/contacts/{seen.Contact.Id}");
        var shown = contact.GetProperty("name").GetString()!;
        Assert.Equal(name.Trim().Cut(200), shown);
        Assert.DoesNotContain('\0', conversation.GetRawText());
        var messages = await Read(api, $"/api/v1/conversations/{seen.Id}/messages");
        Assert.Equal(text, Assert.Single(messages.GetProperty("items").EnumerateArray()).GetProperty("text_content").GetString());
        foreach (var path in new[] { $"/api/v1/conversations/{seen.Id}", "/api/v1/contacts", $"/api/v1/contacts?search={Uri.EscapeDataString(shown)}", "/api/v1/contacts/export", "/api/v1/export/conversations" })
        {
            using var answer = await api.Get(path);
            Assert.True((int)answer.StatusCode < 500, $"{path[..Math.Min(80, path.Length)]}: {answer.StatusCode}");
        }
    }

    private static async Task<JsonElement> Read(TestApi api, string path)
    {
        var answer = await api.Send(HttpMethod.Get, path);
        Assert.Equal(200, answer.Status);
        return answer.Body;
    }

    private Task GivenPage() => App.InBusiness(1, async db =>
    {
        db.Add(new Channel { TenantId = 1, Kind = "messenger", Name = "Page", ExternalId = Page, CreatedAt = App.Clock.GetUtcNow().UtcDateTime });
        await db.SaveChangesAsync(Cancellation);
        App.Services.GetRequiredService<ChannelDirectory>().Changed();
        return 0;
    });
}
