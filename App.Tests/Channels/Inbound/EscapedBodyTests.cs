using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inbox.Tests.Channels.Inbound;

public sealed class EscapedBodyTestsOnSqlite() : EscapedBodyTests(TestDatabase.Sqlite);

public sealed class EscapedBodyTestsOnPostgreSql() : EscapedBodyTests(TestDatabase.PostgreSql);

/// <summary>The platform signs the bytes that it sends, in which letters and signs are escaped in its own way. Who reads and writes them anew has other bytes.</summary>
public abstract class EscapedBodyTests(TestDatabase database) : AppTests(database)
{
    private const string Secret = "secret-of-the-vector";

    private const string Body = """{"object":"whatsapp_business_account","entry":[{"id":"420000000000001","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"4915550000100","phone_number_id":"410000000000001"},"contacts":[{"profile":{"name":"M\u00e4ra \u003C3"},"wa_id":"491701110001"}],"messages":[{"from":"491701110001","id":"wamid.own-escaped","timestamp":"1768471200","type":"text","text":{"body":"100\u0025 \u00fcber mara\u0040example.com \u003Cb> https:\/\/example.com\/ \ud83d\udea4"}}]}}]}]}""";

    /// <summary>Made by another program: HMAC-SHA256 of the body above.</summary>
    private const string Signature = "sha256=3e99b2c243e278b039b29c905b56819e92ccf136593616d926966a6f586df8da";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task An_escaped_body_is_verified_as_it_came_and_read_as_it_is_meant()
    {
        await OnlyTheBytesThatCameCount(Secret, Body, Signature, "410000000000001");

        var conversation = Assert.Single(await App.Conversations());
        Assert.Equal("Mära <3", conversation.Contact.Name);
        Assert.Equal(["100% über mara@example.com <b> https://example.com/ 🚤"], conversation.Texts);
    }

    [FixtureTheory("whatsapp")]
    [InlineData("whatsapp", "_signature_vector_escaped_body.json")]
    public async Task A_recorded_escaped_body_is_verified_as_it_came_and_read_as_it_is_meant(string kind, string file)
    {
        var vector = JsonNode.Parse(await File.ReadAllBytesAsync(FixtureTheoryAttribute.PathOf(kind, file), Cancellation))!;
        var body = (string)vector["raw_body"]!;
        var message = JsonNode.Parse(body)!["entry"]![0]!["changes"]![0]!["value"]!;

        await OnlyTheBytesThatCameCount((string)vector["app_secret"]!, body, (string)vector["headers"]!["X-Hub-Signature-256"]!, (string)message["metadata"]!["phone_number_id"]!);

        var conversation = Assert.Single(await App.Conversations());
        Assert.Equal("Test Name", conversation.Contact.Name);
        Assert.Equal(["Mail me at a@example.com / äöå 😀"], conversation.Texts);
    }

    private async Task OnlyTheBytesThatCameCount(string secret, string body, string signature, string phoneNumberId)
    {
        var number = await App.GivenWhatsApp(ownSecret: secret, phoneNumberId: phoneNumberId);
        string[] others = [JsonNode.Parse(body)!.ToJsonString(), JsonNode.Parse(body)!.ToJsonString(Relaxed), body.Replace("\\/", "/", StringComparison.Ordinal), body.Replace("\\u00e4", "\\u00E4", StringComparison.Ordinal)];
        foreach (var other in others)
        {
            Assert.NotEqual(body, other);
            // The body with the signature of another form of it, and the other form with the body's signature.
            Assert.Equal(HttpStatusCode.Unauthorized, await Post(number, body, WhatsAppNumber.Signature(Encoding.UTF8.GetBytes(other), secret)));
            Assert.Equal(HttpStatusCode.Unauthorized, await Post(number, other, signature));
        }

        Assert.Empty(await App.Deliveries());
        Assert.Equal(HttpStatusCode.OK, await Post(number, body, signature));
        await App.InboundIsIdle();
    }

    private static async Task<HttpStatusCode> Post(WhatsAppNumber number, string body, string signature)
    {
        using var response = await number.Post(Encoding.UTF8.GetBytes(body), signature);
        return response.StatusCode;
    }
}
