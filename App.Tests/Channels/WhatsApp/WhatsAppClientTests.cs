using System.Net;
using Inbox.Channels;
using Inbox.Channels.Meta;
using Inbox.Channels.Outbound;
using Inbox.Channels.WhatsApp;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Inbox.Tests.Channels.WhatsApp;

public sealed class WhatsAppClientTests
{
    private static readonly Channel Account = new() { TenantId = 1, Kind = "whatsapp", Name = "n", ExternalId = "4100/1", CreatedAt = default };

    [Fact]
    public async Task It_calls_the_account_with_its_token()
    {
        HttpRequestMessage? seen = null;
        var result = await SendAsync(async request =>
        {
            await request.Content!.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
            seen = request;
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"messages":[{"id":"wamid.1"}]}""") };
        });

        Assert.Equal(new SendResult.Sent("wamid.1"), result);
        Assert.Equal("https://graph.example.com/v25.0/4100%2F1/messages", seen!.RequestUri!.AbsoluteUri);
        Assert.Equal("Bearer token", seen.Headers.Authorization!.ToString());
        Assert.Equal("application/json", seen.Content!.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task A_failure_before_anything_went_out_is_tried_again()
        => Assert.True(Assert.IsType<SendResult.Retry>(await SendAsync(_ => throw new HttpRequestException(HttpRequestError.ConnectionError))).Outage);

    [Fact]
    public async Task A_failure_after_the_request_went_out_may_have_been_sent()
        => Assert.IsType<SendResult.Unknown>(await SendAsync(async request =>
        {
            await request.Content!.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
            throw new HttpRequestException(HttpRequestError.ResponseEnded);
        }));

    [Fact]
    public async Task No_answer_in_time_may_have_been_sent()
        => Assert.IsType<SendResult.Unknown>(await SendAsync(async request =>
        {
            await request.Content!.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
            throw new TaskCanceledException("timeout", new TimeoutException());
        }));

    [Fact]
    public async Task No_connection_in_time_is_tried_again()
        => Assert.IsType<SendResult.Retry>(await SendAsync(_ => throw new TaskCanceledException("connect timeout", new TimeoutException())));

    [Fact]
    public async Task A_token_that_is_no_header_is_no_message_lost()
        => Assert.IsType<SendResult.Retry>(await SendAsync(_ => throw new InvalidOperationException("unreachable"), token: "line\nbreak"));

    private static OutboundMessage Message(string kind, string to, string text, string? replyTo = null) => new(7, new ContactAddress(kind, to), text, replyTo);

    private static async Task<SendResult> SendAsync(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer, string token = "token")
    {
        using var stub = new Stub(answer);
#pragma warning disable RS0030 // a stub needs no pool of connections
        using var http = new HttpClient(stub);
#pragma warning restore RS0030
        var client = new WhatsAppClient(http, null!, Options.Create(new MetaOptions { GraphUrl = "https://graph.example.com/" }), NullLogger<WhatsAppClient>.Instance);
        return await client.SendAsync(Account, token, Message("phone", "491701110001", "Hi"), [], TestContext.Current.CancellationToken);
    }

    private sealed class Stub(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request);
    }
}
