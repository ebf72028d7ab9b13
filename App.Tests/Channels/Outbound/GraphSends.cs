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
/// <param name="Taken">The platform has delivered it, whatever it answered.</param>
internal sealed record GraphSend(string To, string Text, string Callback, long At, bool Taken);

/// <summary>The platform's side of sending on loopback: takes messages after a while, or does something else with them.</summary>
/// <param name="answersIn">How long each answer takes.</param>
/// <param name="fault">What to do with the request of this number, from 0; null: what is right.</param>
internal sealed class GraphSends(TimeSpan answersIn, Func<int, GraphFault?>? fault = null) : IAsyncDisposable
{
    private readonly ConcurrentQueue<GraphSend> _sends = new();
    private WebApplication? _app;
    private int _count;

    public IReadOnlyCollection<GraphSend> Sends => _sends;

    public int Count => _sends.Count;

    public async Task<string> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var address = $"http://127.0.0.1:{FreePort.Next().ToString(CultureInfo.InvariantCulture)}";
        builder.WebHost.UseUrls(address);
        _app = builder.Build();
        _app.MapPost("/{version}/{account}/messages", TakeAsync);
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
        var does = fault?.Invoke(Interlocked.Increment(ref _count) - 1);
        _sends.Enqueue(new GraphSend(
            request.GetProperty("to").GetString()!, request.GetProperty("text").GetProperty("body").GetString()!, request.GetProperty("biz_opaque_callback_data").GetString()!, at, does?.Taken ?? true));
        await Task.Delay(answersIn, TimeProvider.System, context.RequestAborted);
        if (does is null)
        {
            await context.Response.WriteAsJsonAsync(new { messaging_product = "whatsapp", messages = new[] { new { id = $"wamid.{Guid.NewGuid():n}" } } }, context.RequestAborted);
            return;
        }

        await does.AnswerAsync(context);
    }
}

/// <summary>What a platform does that it should not.</summary>
/// <param name="Taken">It has delivered the message all the same.</param>
internal sealed record GraphFault(string Name, bool Taken, Func<HttpContext, Task> AnswerAsync)
{
    /// <summary>One for each way a platform has to fail.</summary>
    public static IReadOnlyList<GraphFault> All { get; } =
    [
        Error("refused", 131026), Error("too fast", 130429), Error("too many to one customer", 131056), Error("busy", 131016), Error("in maintenance", 131057),
        new("a page of HTML", Taken: false, context => Page(context, 502)),
        new("a page of HTML, and taken", Taken: true, context => Page(context, 504)),
        new("garbage, and taken", Taken: true, context => context.Response.WriteAsync("{\"messages\":[{\"ID\":")),
        new("closed before the answer", Taken: false, context => Close(context)),
        new("closed before the answer, and taken", Taken: true, context => Close(context)),
    ];

    private static GraphFault Error(string name, int code) => new(name, Taken: false, context =>
    {
        context.Response.StatusCode = 400;
        return context.Response.WriteAsJsonAsync(new { error = new { message = name, type = "OAuthException", code } });
    });

    private static Task Page(HttpContext context, int status)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, "text/html");
        return context.Response.WriteAsync("<html><body>Bad gateway</body></html>");
    }

    private static Task Close(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }
}
