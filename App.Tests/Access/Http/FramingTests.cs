using System.Net.Sockets;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Tests.Access.Http;

/// <summary>Malformed framing of HTTP (class A of the test plan), by a raw socket: refused or cut off, and the next good request works.</summary>
public sealed class FramingTests : AppTests
{
    [Fact]
    public async Task Nothing_malformed_is_taken_and_the_server_goes_on()
    {
        var host = App.Address.Authority;
        (string Name, string Request, int[] Statuses)[] cases =
        [
            ("two lengths", $"POST /api/v1/businesses HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}", [400]),
            ("length and chunks", $"POST /api/v1/businesses HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n", [400, 401]),
            ("negative length", $"POST /api/v1/businesses HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n", [400]),
            ("unknown coding", $"POST /api/v1/businesses HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: zip\r\n\r\n", [400, 501]),
            ("no host", "GET /health/live HTTP/1.1\r\n\r\n", [400]),
            ("two hosts", $"GET /health/live HTTP/1.1\r\nHost: {host}\r\nHost: other.example\r\n\r\n", [400]),
            ("NUL in the path", $"GET /api/\0v1 HTTP/1.1\r\nHost: {host}\r\n\r\n", [400]),
            ("64 KB header", $"GET /health/live HTTP/1.1\r\nHost: {host}\r\nX-Large: {new string('x', 64 * 1024)}\r\n\r\n", [431]),
            ("101 headers", $"GET /health/live HTTP/1.1\r\nHost: {host}\r\n{string.Concat(Enumerable.Range(0, 101).Select(i => $"X-{i}: 1\r\n"))}\r\n", [431]),
            ("declared 40 MB", $"POST /api/v1/auth/login HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 41943040\r\nConnection: close\r\n\r\n{{", [413]),
            ("TRACE", $"TRACE /api/v1/conversations HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", [404, 405]),
            ("invented verb", $"STEAL /api/v1/conversations HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", [404, 405]),
            ("upgrade on a wrong route", $"GET /api/v1/conversations HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", [400, 401]),
        ];

        var wrong = new List<string>();
        foreach (var (name, request, statuses) in cases)
        {
            var status = await Ask(request);
            if (!statuses.Contains(status))
            {
                wrong.Add($"{name}: {status}");
            }

            Assert.Equal(200, await Ask($"GET /health/live HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        }

        Assert.Empty(wrong);
    }

    /// <summary>What comes too slowly or not to its end is given up, and costs the server no thread: all of them at once.</summary>
    [Fact]
    public async Task What_never_comes_to_its_end_is_given_up_and_changes_nothing()
    {
        const string Body = """{"business_name": "Never"}""";
        var head = $"POST /api/v1/businesses HTTP/1.1\r\nHost: {App.Address.Authority}\r\nAuthorization: Bearer {TestApp.MasterKey}\r\nContent-Type: application/json\r\n";
        (string Name, string Request, bool Ends, int[] Statuses)[] cases =
        [
            ("a body that stops in the middle", $"{head}Content-Length: {Body.Length + 1}\r\n\r\n{Body}", false, [408, 0]),
            ("headers that never end", $"POST /api/v1/businesses HTTP/1.1\r\nHost: {App.Address.Authority}\r\nX-Slow: ", false, [408, 0]),
            ("chunks without the last one", $"{head}Transfer-Encoding: chunked\r\n\r\n{Body.Length:x}\r\n{Body}\r\n", false, [408, 0]),
            ("chunks without the last one, and the sender goes", $"{head}Transfer-Encoding: chunked\r\n\r\n{Body.Length:x}\r\n{Body}\r\n", true, [400, 408, 0]),
            ("a body that is shorter than it said, and the sender goes", $"{head}Content-Length: {Body.Length + 10}\r\n\r\n{Body}", true, [400, 408, 0]),
            ("a chunk of no length", $"{head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n{Body}\r\n0\r\n\r\n", false, [400]),
        ];

        var slow = Task.WhenAll(cases.Select(async one => (one.Name, Status: await Ask(one.Request, one.Ends), one.Statuses)));
        Assert.Equal(200, await Ask($"GET /health/live HTTP/1.1\r\nHost: {App.Address.Authority}\r\nConnection: close\r\n\r\n"));

        Assert.Empty((await slow).Where(one => !one.Statuses.Contains(one.Status)).Select(one => $"{one.Name}: {one.Status}"));
        Assert.False(await App.InMany(db => db.Set<Tenancy.Tenant>().AnyAsync(tenant => tenant.Name == "Never", Cancellation)));
    }

    /// <param name="ends">The sender closes its side after the request, and still listens.</param>
    /// <returns>The status; 0 when the connection was closed without one.</returns>
    private async Task<int> Ask(string request, bool ends = false)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(App.Address.Host, App.Address.Port, Cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        var answer = new byte[16];
        try
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(request), limit.Token);
            if (ends)
            {
                socket.Shutdown(SocketShutdown.Send);
            }

            var length = 0;
            while (length < 12 && await socket.ReceiveAsync(answer.AsMemory(length), limit.Token) is > 0 and var read)
            {
                length += read;
            }

            return length >= 12 ? int.Parse(Encoding.ASCII.GetString(answer, 9, 3), System.Globalization.CultureInfo.InvariantCulture) : 0;
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
