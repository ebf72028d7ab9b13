using System.Text;
using Inbox.Channels.Outbound;
using Inbox.Channels.WhatsApp;

namespace Inbox.Tests.Channels.WhatsApp;

public sealed class WhatsAppAnswerTests
{
    [Fact]
    public void An_id_means_sent()
        => Assert.Equal(new SendResult.Sent("wamid.1"), Read(200, """{"messaging_product":"whatsapp","contacts":[{"input":"1"}],"messages":[{"id":"wamid.1","message_status":"accepted"}]}"""));

    [Theory]
    [InlineData("")]
    [InlineData("OK")]
    [InlineData("{}")]
    [InlineData("{\"messages\":[]}")]
    [InlineData("{\"messages\":[{\"id\":")]
    [InlineData("<html></html>")]
    public void A_success_without_an_id_may_have_been_sent(string body) => Assert.IsType<SendResult.Unknown>(Read(200, body));

    [Theory]
    [InlineData(500, "<html>Internal error</html>")]
    [InlineData(502, "")]
    [InlineData(503, "upstream")]
    [InlineData(408, "")]
    [InlineData(500, """{"error":{"code":987654,"message":"?"}}""")]
    public void A_broken_answer_may_have_been_sent(int status, string body) => Assert.IsType<SendResult.Unknown>(Read(status, body));

    [Theory]
    [InlineData(131056, 400)]
    [InlineData(131056, 403)]
    [InlineData(133015, 500)]
    public void A_limit_of_the_customer_waits_alone(int code, int status)
    {
        var retry = Assert.IsType<SendResult.Retry>(Read(status, Error(code)));
        Assert.False(retry.PausesChannel || retry.Outage);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(80007)]
    [InlineData(130429)]
    [InlineData(131048)]
    public void A_limit_of_the_account_pauses_the_channel(int code) => Assert.True(Assert.IsType<SendResult.Retry>(Read(400, Error(code))).PausesChannel);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(131000)]
    [InlineData(131016)]
    public void A_platform_that_is_away_is_an_outage(int code) => Assert.True(Assert.IsType<SendResult.Retry>(Read(500, Error(code))).Outage);

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(190)]
    [InlineData(230)]
    [InlineData(368)]
    [InlineData(131042)]
    [InlineData(133010)]
    public void What_a_person_must_settle_stops_the_channel(int code) => Assert.True(Assert.IsType<SendResult.Refused>(Read(401, Error(code))).StopsChannel);

    [Theory]
    [InlineData(100)]
    [InlineData(131026)]
    [InlineData(131047)]
    [InlineData(131049)]
    [InlineData(132001)]
    [InlineData(2388019)]
    [InlineData(4040404)]
    public void A_message_that_cannot_go_fails_alone(int code)
    {
        var refused = Assert.IsType<SendResult.Refused>(Read(400, Error(code)));
        Assert.False(refused.StopsChannel);
        Assert.Equal(code.ToString(System.Globalization.CultureInfo.InvariantCulture), refused.Code);
        Assert.NotEmpty(refused.Detail);
    }

    [Fact]
    public void Too_many_requests_wait_as_long_as_asked()
    {
        var retry = Assert.IsType<SendResult.Retry>(WhatsAppAnswer.Read(429, default, TimeSpan.FromSeconds(90)));
        Assert.Equal(TimeSpan.FromSeconds(90), retry.After);
        Assert.True(retry.PausesChannel);
    }

    [Fact]
    public void A_redirect_is_not_followed_and_not_a_success() => Assert.Equal("http_302", Assert.IsType<SendResult.Refused>(Read(302, "")).Code);

    [Fact]
    public void An_unlisted_error_that_the_platform_calls_transient_is_tried_again()
        => Assert.IsType<SendResult.Retry>(Read(400, """{"error":{"code":987654,"message":"?","is_transient":true}}"""));

    private static string Error(int code)
        => """{"error":{"message":"(#CODE) Something","type":"OAuthException","code":CODE,"error_data":{"details":"Details"}}}"""
            .Replace("CODE", code.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static SendResult Read(int status, string body) => WhatsAppAnswer.Read(status, Encoding.UTF8.GetBytes(body), null);
}
