using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Inbox.Channels.Meta;
using Inbox.Realtime;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Sandbox;

/// <summary>
/// The other side of a sandbox channel: plays the platform and its customers. What it tells us it posts, signed, to our own
/// webhook address over HTTP, like the real one.
/// </summary>
public sealed partial class MetaSandbox(
    IHttpClientFactory clients,
    OwnAddress own,
    ChannelCredentials credentials,
    SandboxSends sends,
    LiveFeed feed,
    IHostApplicationLifetime lifetime,
    IOptions<MetaOptions> meta,
    IOptions<SandboxOptions> options,
    TimeProvider clock,
    ILogger<MetaSandbox> log) : IDisposable
{
    public const string Client = "sandbox";

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _posts = new(8, 8);

    /// <summary>The topic that changes when a sandbox channel sent something, or a status came in.</summary>
    public static string Topic(long tenantId) => $"t:{tenantId}:sandbox";

    /// <summary>A customer writes to a WhatsApp number.</summary>
    /// <param name="phone">Digits with the country's code.</param>
    /// <returns>The platform's id of the message, once our webhook has stored it.</returns>
    /// <exception cref="HttpRequestException">Our webhook did not take it.</exception>
    public async Task<string> WriteAsync(Channel channel, string phone, string name, string text, CancellationToken cancellation)
    {
        var (id, now) = (NewId(channel.Kind), clock.GetUtcNow());
        await TellNowAsync(channel, SandboxWebhooks.Text(channel, id, phone, name, text, now), cancellation);
        Keep(channel, new SandboxWritten(id, phone, name, text, now.UtcDateTime));
        return id;
    }

    /// <summary>Tells something that happens now; it is stored once this returns.</summary>
    /// <exception cref="HttpRequestException">Our webhook did not take it.</exception>
    internal async Task TellNowAsync(Channel channel, object body, CancellationToken cancellation)
    {
        RequireSandbox(channel);
        var status = await PostAsync(channel, body, cancellation);
        if (status != 200)
        {
            throw new HttpRequestException($"The webhook answered {status}.");
        }
    }

    /// <summary>Remembers what a customer wrote.</summary>
    internal void Keep(Channel channel, SandboxWritten written)
    {
        sends.Add(channel.Id, written);
        Changed(channel);
    }

    /// <summary>The stand-in's screens show something new.</summary>
    internal void Changed(Channel channel) => feed.Publish(Topic(channel.TenantId));

    /// <summary>Takes a message of ours; its statuses follow in the background.</summary>
    public SandboxSend Take(Channel channel, SandboxSend request)
    {
        var send = request with { Id = NewId(channel.Kind), At = clock.GetUtcNow().UtcDateTime };
        sends.Add(channel.Id, send);
        Changed(channel);
        return send;
    }

    /// <summary>Reports sent, delivered and read, each until our webhook takes it.</summary>
    /// <param name="atOnce">Without the pauses between them.</param>
    public async Task ReportAsync(Channel channel, SandboxSend send, bool atOnce)
    {
        var stopping = lifetime.ApplicationStopping;
        try
        {
            foreach (var (status, pause) in Statuses().Take(send.IsReaction ? 1 : int.MaxValue))   // nothing more is told of a reaction
            {
                await Task.Delay(atOnce ? TimeSpan.Zero : pause, clock, stopping);
                if (StatusOf(channel, send, status) is { } body)
                {
                    await PostUntilTakenAsync(channel, body, stopping);
                    send.Status = status;
                    Changed(channel);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // the process ends; a real platform would go on trying
        }
        catch (Exception error)
        {
            ReportFailed(error, channel.Id);
        }
    }

    /// <summary>Tells something of the account after a while, until our webhook takes it.</summary>
    /// <param name="make">The body, at that time.</param>
    public async Task TellAsync(Channel channel, TimeSpan after, Func<DateTimeOffset, Task<object>> make)
    {
        var stopping = lifetime.ApplicationStopping;
        try
        {
            await Task.Delay(after, clock, stopping);
            await PostUntilTakenAsync(channel, await make(clock.GetUtcNow()), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // as above
        }
        catch (Exception error)
        {
            ReportFailed(error, channel.Id);
        }
    }

    public void Dispose() => _posts.Dispose();

    private object? StatusOf(Channel channel, SandboxSend send, string status)
        => channel.Kind == SandboxChannels.WhatsApp ? SandboxWebhooks.Status(channel, send, status, clock.GetUtcNow()) : SandboxMessagingWebhooks.Status(channel, send, status, clock.GetUtcNow());

    private IEnumerable<(string Status, TimeSpan Pause)> Statuses() =>
    [
        ("sent", TimeSpan.FromMilliseconds(options.Value.SentMilliseconds)),
        ("delivered", TimeSpan.FromMilliseconds(options.Value.DeliveredMilliseconds)),
        ("read", TimeSpan.FromMilliseconds(options.Value.ReadMilliseconds)),
    ];

    private async Task PostUntilTakenAsync(Channel channel, object body, CancellationToken cancellation)
    {
        for (var pause = TimeSpan.FromMilliseconds(200); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var status = await PostAsync(channel, body, cancellation);
                if (status == 200)
                {
                    return;
                }

                NotTaken(channel.Id, status);
            }
            catch (HttpRequestException error)
            {
                NotReached(error, channel.Id);
            }

            await Task.Delay(pause, clock, cancellation);
        }
    }

    private async Task<int> PostAsync(Channel channel, object body, CancellationToken cancellation)
    {
        // Meta escapes all that is not ASCII, and so does this serializer.
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body);
        var secret = credentials.Read<MetaCredentials>(channel)?.AppSecret ?? meta.Value.AppSecret ?? "";
        await _posts.WaitAsync(cancellation);
        try
        {
            using var client = clients.CreateClient(Client);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(own.Value, $"webhooks/{channel.Kind}"))
            {
                Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
                Headers = { { MetaSignature.Header, MetaSignature.Of(bytes, secret) } },
            };
            using var response = await client.SendAsync(request, cancellation);
            return (int)response.StatusCode;
        }
        finally
        {
            _posts.Release();
        }
    }

    /// <summary>An id as the platform makes them.</summary>
    internal static string NewId(string kind) => kind switch
    {
        SandboxChannels.Messenger => $"m_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)).Replace('/', '_').Replace('+', '-')}",
        SandboxChannels.Instagram => $"aWdfZAG1{Convert.ToBase64String(RandomNumberGenerator.GetBytes(90))}",
        _ => $"wamid.{Convert.ToBase64String(RandomNumberGenerator.GetBytes(30))}",
    };

    private static void RequireSandbox(Channel channel)
    {
        if (!channel.IsSandbox)
        {
            throw new InvalidOperationException($"Channel {channel.Id} is no sandbox channel.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "The webhook answered {Status} to a status of sandbox channel {ChannelId}; it is sent again")]
    private partial void NotTaken(long channelId, int status);

    [LoggerMessage(LogLevel.Warning, "The webhook was not reached with a status of sandbox channel {ChannelId}; it is sent again")]
    private partial void NotReached(Exception error, long channelId);

    [LoggerMessage(LogLevel.Error, "What sandbox channel {ChannelId} had to tell ended early")]
    private partial void ReportFailed(Exception error, long channelId);
}
