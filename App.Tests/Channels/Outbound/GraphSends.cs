using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests.Channels.Outbound;

/// <param name="Callback">Names our message.</param>
/// <param name="Fault">What it answered in place of what is right; null: what is right.</param>
internal sealed record GraphSend(string To, string Text, string Callback, long At, GraphFault? Fault)
{
    /// <summary>The platform has delivered it, whatever it answered.</summary>
    public bool Taken => Fault?.Taken ?? true;
}

/// <summary>The platform's side of sending on loopback: takes messages after a while, or does something else with them. A request that is not as the platform documents it is kept with what is wrong.</summary>
/// <param name="answersIn">How long each answer takes.</param>
/// <param name="fault">What to do with the request of this number, from 0; null: what is right.</param>
internal sealed class GraphSends(TimeSpan answersIn, Func<int, GraphFault?>? fault = null) : IAsyncDisposable
{
    private readonly ConcurrentQueue<GraphSend> _sends = new();
    private readonly ConcurrentQueue<string> _wrong = new();
    private WebApplication? _app;
    private int _count;

    public IReadOnlyCollection<GraphSend> Sends => _sends;

    public int Count => _sends.Count;

    /// <summary>What of the requests was not as it is documented.</summary>
    public IReadOnlyCollection<string> Wrong => _wrong;

    public async Task<string> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var address = $"http://127.0.0.1:{FreePort.Next().ToString(CultureInfo.InvariantCulture)}";
        builder.WebHost.UseUrls(address);
        _app = builder.Build();
        _app.MapPost("/{version}/{account}/messages", TakeAsync);
        // What the product asks now and then beside sending: who the account is, and when its token ends.
        _app.MapGet("/{version}/{account:long}", (long account) => Results.Json(new { id = $"{account}", display_phone_number = "15550100100", verified_name = "Shop" }));
        _app.MapGet("/{version}/debug_token", () => Results.Json(new { data = new { is_valid = true, expires_at = 0 } }));
        _app.MapFallback(context =>
        {
            _wrong.Enqueue($"{context.Request.Method} {context.Request.Path} is no address of the platform");
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        await _app.StartAsync();
        return address;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private async Task TakeAsync(HttpContext context)
    {
        var at = Stopwatch.GetTimestamp();
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var request = body.RootElement;
        foreach (var wrong in GraphRequest.Wrong(context.Request, request))
        {
            _wrong.Enqueue(wrong);
        }

        var does = fault?.Invoke(Interlocked.Increment(ref _count) - 1);
        _sends.Enqueue(new GraphSend(
            request.GetProperty("to").GetString()!, request.GetProperty("text").GetProperty("body").GetString()!, request.GetProperty("biz_opaque_callback_data").GetString()!, at, does));
        await Task.Delay(answersIn, TimeProvider.System, context.RequestAborted);
        if (does is null)
        {
            await context.Response.WriteAsJsonAsync(new { messaging_product = "whatsapp", messages = new[] { new { id = $"wamid.{Guid.NewGuid():n}" } } }, context.RequestAborted);
            return;
        }

        await does.AnswerAsync(context);
    }
}
