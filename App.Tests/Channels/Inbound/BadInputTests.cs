using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Inbox.Channels.Inbound;

namespace Inbox.Tests.Channels.Inbound;

public sealed class BadInputTestsOnSqlite() : BadInputTests(TestDatabase.Sqlite);

public sealed class BadInputTestsOnPostgreSql() : BadInputTests(TestDatabase.PostgreSql);

public abstract class BadInputTests(TestDatabase database) : AppTests(database)
{
    private const string Ann = "15550100142";
    private const int Limit = 4 * 1024 * 1024;

    [Fact]
    public async Task A_request_without_a_fitting_signature_is_refused_and_leaves_nothing()
    {
        var number = await App.GivenWhatsApp();
        var other = await App.GivenWhatsApp(tenant: 2, ownSecret: "another-channel's-secret");
        var body = Good(number);
        var signature = WhatsAppNumber.Signature(body, TestApp.AppSecret);
        string?[] wrong =
        [
            null, "", " ", "sha256", "sha256=", "sha256=zz", signature[..^1], signature + "0", signature[7..], "sha1=" + signature[7..],
            signature.Replace("sha256", "sha512", StringComparison.Ordinal), "sha256=" + new string('g', 64), "sha256=" + new string('0', 64),
            WhatsAppNumber.Signature(body, "wrong-secret"), WhatsAppNumber.Signature([], TestApp.AppSecret), new string('x', 10_000),
        ];
        foreach (var given in wrong)
        {
            using var response = await number.Post(body, given);
            await Refused(response, HttpStatusCode.Unauthorized, "invalid_signature", $"signature {given}");
        }

        // One space more, cut, and at the address of a business whose number has a secret of its own.
        using var spaced = await number.Post([.. body, (byte)' '], signature);
        await Refused(spaced, HttpStatusCode.Unauthorized, "invalid_signature", "a space more");
        using var cut = await number.Post(body[..^10], signature);
        await Refused(cut, HttpStatusCode.Unauthorized, "invalid_signature", "cut");
        using var unknown = await other.Post(body, WhatsAppNumber.Signature(body, "another-channel's-secret"), "/webhooks/whatsapp/business-1");
        await Refused(unknown, HttpStatusCode.Unauthorized, "invalid_signature", "another business's secret at this business's address");

        Assert.Empty(await App.Deliveries());
        await TheNextGoodRequestWorks(number);
    }

    [Fact]
    public async Task What_is_too_large_or_encoded_is_refused_before_it_is_read()
    {
        var number = await App.GivenWhatsApp();
        var bomb = BadBody.Zipped(new byte[20_000_000]);
        using (var zipped = await number.Post(bomb, WhatsAppNumber.Signature(bomb, TestApp.AppSecret), encoding: "gzip"))
        {
            await Refused(zipped, HttpStatusCode.UnsupportedMediaType, "unsupported_encoding", "gzip bomb");
        }

        var large = new byte[10 * 1024 * 1024];
        using (var tooLarge = await number.Post(large, WhatsAppNumber.Signature(large, TestApp.AppSecret)))
        {
            await Refused(tooLarge, HttpStatusCode.RequestEntityTooLarge, "body_too_large", "10 MB");
        }

        using (var chunked = await Chunked(large))
        {
            await Refused(chunked, HttpStatusCode.RequestEntityTooLarge, "body_too_large", "10 MB without a stated length");
        }

        var above = Padded(number, Limit + 1);
        using (var justAbove = await number.Post(above, WhatsAppNumber.Signature(above, TestApp.AppSecret)))
        {
            await Refused(justAbove, HttpStatusCode.RequestEntityTooLarge, "body_too_large", "one byte above the limit");
        }

        Assert.Empty(await App.Deliveries());
        Assert.Equal(HttpStatusCode.OK, await number.Deliver(Padded(number, Limit)));
        await TheNextGoodRequestWorks(number);
    }

    [Fact]
    public async Task Addresses_that_are_none_are_named_as_such()
    {
        var number = await App.GivenWhatsApp();
        var body = Good(number);
        using var kind = await number.Post(body, WhatsAppNumber.Signature(body, TestApp.AppSecret), "/webhooks/telegraph");
        await Refused(kind, HttpStatusCode.NotFound, null, "a kind that is none");
        using var verb = await App.Http.PutAsync("/webhooks/whatsapp", new ByteArrayContent(body), Cancellation);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, verb.StatusCode);

        // Signed by the installation at the address of a business that is not there: kept, and for nobody.
        using var nobody = await number.Post(body, WhatsAppNumber.Signature(body, TestApp.AppSecret), "/webhooks/whatsapp/nobody");
        Assert.Equal(HttpStatusCode.OK, nobody.StatusCode);
        await App.InboundIsIdle();
        Assert.Equal(DeliveryState.Unrouted, Assert.Single(await App.Deliveries()).State);
        Assert.Empty(await App.Conversations());
    }

    [Fact]
    public async Task The_check_of_the_address_is_answered_only_with_the_token()
    {
        await App.GivenWhatsApp();
        Assert.Equal((HttpStatusCode.OK, "1158201444"), await Handshake($"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={TestApp.VerifyToken}"));
        foreach (var wrong in new[] { "", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong", "hub.mode=subscribe&hub.challenge=1", $"hub.mode=unsubscribe&hub.challenge=1&hub.verify_token={TestApp.VerifyToken}" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await Handshake(wrong)).Status);
        }
    }

    [Fact]
    public async Task A_well_signed_body_is_never_lost_whatever_it_holds()
    {
        var number = await App.GivenWhatsApp();
        foreach (var bad in BadBody.Kept)
        {
            var body = bad.Body(Encoding.UTF8.GetString(Good(number)));
            Assert.True(await number.Deliver(body) == HttpStatusCode.OK, bad.Name);
            await App.InboundIsIdle();

            var delivery = (await App.Deliveries())[^1];
            Assert.True(delivery.Body.AsSpan().SequenceEqual(body), $"{bad.Name}: the ledger has other bytes");
            Assert.True(delivery.State is DeliveryState.Failed or DeliveryState.Unrouted or DeliveryState.Processed, $"{bad.Name}: {delivery.State}");
            Assert.True(delivery.State == DeliveryState.Processed || !string.IsNullOrWhiteSpace(delivery.Reason), $"{bad.Name} is {delivery.State} without a reason");
        }

        Assert.Equal(BadBody.Kept.Count, (await App.Deliveries()).Count);
        await TheNextGoodRequestWorks(number);
    }

    [Fact]
    public async Task A_message_with_something_odd_is_shown_all_the_same()
    {
        var number = await App.GivenWhatsApp();
        for (var i = 0; i < BadBody.Shown.Count; i++)
        {
            var odd = BadBody.Shown[i];
            var from = $"1555040{i:0000}";
            var good = WhatsAppJson.Bytes(WhatsAppJson.Request(WhatsAppJson.Messages(number.PhoneNumberId, WhatsAppJson.Text(from, "hello"))));
            var body = odd.Body(Encoding.UTF8.GetString(good));

            Assert.True(await number.Deliver(body) == HttpStatusCode.OK, odd.Name);
            Assert.True(await number.Deliver(body) == HttpStatusCode.OK, odd.Name);
            await App.InboundIsIdle();

            var mine = (await App.Conversations()).Where(conversation => conversation.Contact.Phone == from).ToList();
            Assert.True(mine is [{ Messages.Count: 1 }], $"{odd.Name}: {mine.Count} conversations, {mine.Sum(conversation => conversation.Messages.Count)} messages; {(await App.Deliveries())[^1].Reason}");
            var text = mine[0].Messages[0].Text ?? "";
            Assert.True(text.Contains("hello", StringComparison.Ordinal), $"{odd.Name}: {text[..Math.Min(50, text.Length)]}");
            Assert.False(text.Contains('\0') || HasLoneSurrogate(text) || HasLoneSurrogate(mine[0].Contact.Name ?? ""), $"{odd.Name}: text that a database may refuse");
        }

        await TheNextGoodRequestWorks(number);
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static byte[] Good(WhatsAppNumber number)
        => WhatsAppJson.Bytes(WhatsAppJson.Request(WhatsAppJson.Messages(number.PhoneNumberId, WhatsAppJson.Text(Ann, "hello"))));

    private static byte[] Padded(WhatsAppNumber number, int length)
    {
        var body = Good(number);
        return [.. body, .. Enumerable.Repeat((byte)' ', length - body.Length)];
    }

    private static async Task Refused(HttpResponseMessage response, HttpStatusCode status, string? code, string what)
    {
        Assert.True(response.StatusCode == status, $"{what}: {response.StatusCode}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal((int)status, problem.RootElement.GetProperty("status").GetInt32());
        var given = problem.RootElement.GetProperty("code").GetString();
        Assert.True(code is null ? !string.IsNullOrEmpty(given) : given == code, $"{what}: code {given}");
    }

    private async Task TheNextGoodRequestWorks(WhatsAppNumber number)
    {
        Assert.Equal(HttpStatusCode.OK, await number.DeliverText("15550999999", "still here"));
        await App.InboundIsIdle();
        Assert.Contains(await App.Conversations(), conversation => conversation.Texts.Contains("still here"));
    }

    private async Task<HttpResponseMessage> Chunked(byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/whatsapp") { Content = new StreamContent(new MemoryStream(body)) };
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("X-Hub-Signature-256", WhatsAppNumber.Signature(body, TestApp.AppSecret));
        return await App.Http.SendAsync(request, Cancellation);
    }

    private async Task<(HttpStatusCode Status, string Body)> Handshake(string query)
    {
        using var response = await App.Http.GetAsync($"/webhooks/whatsapp?{query}", Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }
}
