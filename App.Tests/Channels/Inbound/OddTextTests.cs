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

    [Fact]
    public async Task Odd_names_and_texts_of_WhatsApp_are_taken_and_shown()
    {
        var api = await TestApi.OfBusiness(App);
        var number = await App.GivenWhatsApp();
        foreach (var (name, (json, text)) in Odd)
        {
            var phone = PhoneOf(name);
            var body = Encoding.UTF8.GetBytes($$$"""
                {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100100","phone_number_id":"{{{number.PhoneNumberId}}}"},
                "contacts":[{"profile":{"name":"{{{json}}}"},"wa_id":"{{{phone}}}"}],"messages":[{"from":"{{{phone}}}","id":"wamid.{{{phone}}}","timestamp":"1768471200","type":"text","text":{"body":"{{{json}}}"}}]}}]}]}
                """);

            Assert.True(await number.Deliver(body) == HttpStatusCode.OK, name);
            await IsShown(api, name, text);
        }

        await AllOfThemAreListed(api);
    }

    [Fact]
    public async Task Odd_names_and_texts_of_Messenger_are_taken_and_shown()
    {
        var api = await TestApi.OfBusiness(App);
        await GivenPage();
        foreach (var (name, (json, text)) in Odd)
        {
            var person = PhoneOf(name);
            var body = Encoding.UTF8.GetBytes($$$"""
                {"object":"page","entry":[{"id":"{{{Page}}}","time":1768471200000,"messaging":[{"sender":{"id":"{{{person}}}","username":"{{{json}}}"},"recipient":{"id":"{{{Page}}}"},"timestamp":1768471200000,
                "message":{"mid":"m_{{{person}}}","text":"{{{json}}}","quick_reply":{"payload":"{{{json}}}"} } }]}]}
                """);

            using var answer = await new WhatsAppNumber(App.Http, 1, 0, Page, TestApp.AppSecret).Post(body, WhatsAppNumber.Signature(body, TestApp.AppSecret), "/webhooks/messenger");
            Assert.True(answer.StatusCode == HttpStatusCode.OK, name);
            await IsShown(api, name, text);
        }

        await AllOfThemAreListed(api);
    }

    private static string PhoneOf(string name) => $"1555070{Odd.Keys.ToList().IndexOf(name):0000}";

    /// <summary>The newest of the conversations is the one that this brought.</summary>
    private async Task IsShown(TestApi api, string name, string text)
    {
        await App.InboundIsIdle();
        var seen = (await App.Conversations())[^1];
        Assert.True(seen.Messages is [{ Text: var stored }] && stored == text, name);

        Assert.Equal(text.Trim().Cut(200), (await Read(api, $"/api/v1/contacts/{seen.Contact.Id}", name)).GetProperty("name").GetString());
        var messages = await Read(api, $"/api/v1/conversations/{seen.Id}/messages", name);
        Assert.True(Assert.Single(messages.GetProperty("items").EnumerateArray()).GetProperty("text_content").GetString() == text, name);
        await Read(api, $"/api/v1/conversations/{seen.Id}", name);
        await Read(api, $"/api/v1/contacts?search={Uri.EscapeDataString(text.Trim().Cut(50))}", name);
    }

    private static async Task AllOfThemAreListed(TestApi api)
    {
        Assert.Equal(Odd.Count, (await Read(api, "/api/v1/conversations", "list")).GetProperty("items").GetArrayLength());
        Assert.Equal(Odd.Count, (await Read(api, "/api/v1/contacts", "list")).GetProperty("items").GetArrayLength());
        // The first is CSV, in which a formula is none; the second is JSON.
        var contacts = await api.Text("/api/v1/contacts/export");
        Assert.Contains("<script>", contacts, StringComparison.Ordinal);
        Assert.Contains("HYPERLINK", contacts, StringComparison.Ordinal);
        Assert.DoesNotMatch("[,;\"\n]=HYPERLINK", contacts);
        var conversations = await api.Text("/api/v1/export/conversations");
        Assert.Equal(Odd.Count, conversations.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => JsonElement.Parse(line).ValueKind == JsonValueKind.Object));
    }

    private static async Task<JsonElement> Read(TestApi api, string path, string name)
    {
        var answer = await api.Send(HttpMethod.Get, path);
        Assert.True(answer.Status == 200, $"{name}: {answer.Status}");
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
