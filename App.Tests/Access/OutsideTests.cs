using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using Inbox.Access.Outside;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Inbox.Tests.Access;

/// <summary>The client for addresses of strangers (trust.md 6.3 and section 5, H).</summary>
public sealed class OutsideTests : IAsyncLifetime
{
    private readonly Listener _listener = new();
    private readonly Names _names = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _listener.Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:1ff::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2a00:1450::200:5efe:10.0.0.1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void An_address_that_is_not_public_is_denied(string address) => Assert.True(DeniedAddresses.Holds(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("198.20.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2001:200::1")]
    [InlineData("2002:101:101::1")]
    [InlineData("64:ff9b::101:101")]
    [InlineData("::ffff:1.1.1.1")]
    public void A_public_address_is_not(string address) => Assert.False(DeniedAddresses.Holds(IPAddress.Parse(address)));

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.org/")]
    [InlineData("ftp://example.org/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("//example.org/x")]
    [InlineData("/hook")]
    [InlineData("http://user@example.org/")]
    [InlineData("http://example.org@127.0.0.1/")]
    [InlineData("http://example.org:22/")]
    [InlineData("http://example.org:25/")]
    [InlineData("http://example.org:6379/")]
    [InlineData("http://example.org:5432/")]
    [InlineData("http:///x")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_address_of_a_web_service_is_refused_when_it_is_typed_in(string? text)
    {
        Assert.Null(OutsideAddress.Find(text));
        Assert.Equal("invalid_value", Assert.Throws<RefusedException>(() => OutsideAddress.Require(text, "url")).Code);
    }

    [Theory]
    [InlineData("http://localhost:PORT/")]
    [InlineData("http://127.0.0.1:PORT/")]
    [InlineData("http://127.1:PORT/")]
    [InlineData("http://2130706433:PORT/")]
    [InlineData("http://0x7f000001:PORT/")]
    [InlineData("http://0177.0.0.1:PORT/")]
    [InlineData("http://0:PORT/")]
    [InlineData("http://[::1]:PORT/")]
    [InlineData("http://[::]:PORT/")]
    [InlineData("http://[::ffff:127.0.0.1]:PORT/")]
    [InlineData("http://private.test:PORT/")]
    [InlineData("http://half.test:PORT/")]
    [InlineData("http://10.1.2.3:PORT/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://none.test/")]
    public async Task Nothing_of_ours_is_reached_and_the_answer_does_not_say_why(string address)
    {
        _names.Lead("private.test", IPAddress.Loopback);
        _names.Lead("half.test", IPAddress.Parse("1.1.1.1"), IPAddress.Loopback);

        var answer = await Send(address.Replace("PORT", $"{_listener.Port}", StringComparison.Ordinal));

        Assert.IsType<OutsideUnreachable>(answer);
        Assert.Equal(0, _listener.Connections);
    }

    [Fact]
    public async Task The_address_that_was_checked_is_the_one_that_is_connected_to()
    {
        // The way of DNS rebinding: the first look at the name says one address, each later one another.
        _names.Rebind("rebind.test", IPAddress.Loopback, IPAddress.Parse("192.0.2.1"));
        Assert.IsType<OutsideAnswered>(await Send($"http://rebind.test:{_listener.Port}/", $"rebind.test:{_listener.Port}"));
        Assert.Equal((1, 1), (_listener.Connections, _names.Looks("rebind.test")));

        _names.Rebind("inwards.test", IPAddress.Parse("192.0.2.1"), IPAddress.Loopback);
        Assert.IsType<OutsideUnreachable>(await Send($"http://inwards.test:{_listener.Port}/"));
        Assert.IsType<OutsideUnreachable>(await Send($"http://inwards.test:{_listener.Port}/"));
        Assert.Equal((1, 2), (_listener.Connections, _names.Looks("inwards.test")));
    }

    [Fact]
    public async Task The_operators_exact_host_and_port_are_let_through_and_no_other()
    {
        _names.Lead("hooks.test", IPAddress.Loopback);
        _names.Lead("other.test", IPAddress.Loopback);
        var allow = $"hooks.test:{_listener.Port}";

        var answer = Assert.IsType<OutsideAnswered>(await Send($"http://hooks.test:{_listener.Port}/x", allow));

        Assert.Equal((HttpStatusCode.OK, "hello"), (answer.Status, Encoding.UTF8.GetString(answer.Body)));
        Assert.IsType<OutsideUnreachable>(await Send($"http://other.test:{_listener.Port}/", allow));
        Assert.IsType<OutsideUnreachable>(await Send($"http://127.0.0.1:{_listener.Port}/", allow));
        Assert.Equal(1, _listener.Connections);
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_is_not_followed()
    {
        _names.Lead("hooks.test", IPAddress.Loopback);
        _listener.Answer = $"HTTP/1.1 302 Found\r\nLocation: http://hooks.test:{_listener.Port}/secret\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

        var answer = Assert.IsType<OutsideAnswered>(await Send($"http://hooks.test:{_listener.Port}/", $"hooks.test:{_listener.Port}"));

        Assert.Equal((HttpStatusCode.Found, 1), (answer.Status, _listener.Connections));
    }

    [Fact]
    public async Task A_body_is_read_up_to_the_limit_and_a_slow_one_up_to_its_time()
    {
        _names.Lead("hooks.test", IPAddress.Loopback);
        var allow = $"hooks.test:{_listener.Port}";
        _listener.Answer = $"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n{new string('x', 5000)}";
        var cut = Assert.IsType<OutsideAnswered>(await Send($"http://hooks.test:{_listener.Port}/", allow));
        Assert.Equal((1000, true), (cut.Body.Length, cut.WasCut));

        _listener.Answer = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nx";
        Assert.IsType<OutsideTimedOut>(await Send($"http://hooks.test:{_listener.Port}/", allow, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void An_entry_that_is_no_pair_of_host_and_port_stops_the_start()
    {
        var validator = new SsrfOptionsValidator();
        Assert.True(validator.Validate(null, new SsrfOptions { Allow = { "hooks.internal:8443", "10.0.0.5:80", "[fd00::1]:80" } }).Succeeded);
        Assert.All(
            ["hooks.internal", "hooks.internal:", "10.0.0.0/8:80", "*:80", "http://x:80", "x:0", "x:70000"],
            wrong => Assert.True(validator.Validate(null, new SsrfOptions { Allow = { wrong } }).Failed, wrong));
    }

    /// <summary>Reads the compiled product: who makes a client, a listener's counterpart or a socket of his own.</summary>
    [Fact]
    public void Nobody_but_the_guard_makes_a_connection_of_his_own()
    {
        string[] makers =
        [
            "System.Net.Http.HttpClient..ctor", "System.Net.Http.SocketsHttpHandler..ctor", "System.Net.Http.HttpClientHandler..ctor", "System.Net.Sockets.TcpClient..ctor",
            "System.Net.Sockets.UdpClient..ctor", "System.Net.Sockets.Socket..ctor", "System.Net.Mail.SmtpClient..ctor", "System.Net.WebClient..ctor",
            "System.Net.WebRequest.Create", "System.Net.WebSockets.ClientWebSocket..ctor", "System.Net.Dns.GetHostAddressesAsync", "System.Net.Dns.GetHostEntryAsync",
        ];
        Assert.Equal(
            [$"{nameof(DnsResolver)} System.Net.Dns.GetHostAddressesAsync", $"{nameof(OutsideGuard)} System.Net.Sockets.Socket..ctor"],
            Calls(typeof(InboxDb).Assembly.Location, makers).Distinct().Order(StringComparer.Ordinal));
    }

    private async Task<OutsideAnswer> Send(string address, string? allow = null, TimeSpan? total = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
        services.AddOutside();
        services.Replace(ServiceDescriptor.Singleton<IHostResolver>(_names));
        services.Configure<SsrfOptions>(options =>
        {
            if (allow is not null)
            {
                options.Allow.Add(allow);
            }
        });
        await using var provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<OutsideClient>().SendAsync(
            new HttpRequestMessage(HttpMethod.Get, address), new OutsideLimits(total ?? TimeSpan.FromSeconds(10), 1000), Cancellation);
    }

    private static IEnumerable<string> Calls(string assembly, string[] makers)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var wanted = new Dictionary<int, string>();
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind == HandleKind.TypeReference)
            {
                var type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
                var name = $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}.{metadata.GetString(member.Name)}";
                if (makers.Contains(name))
                {
                    wanted[MetadataTokens.GetToken(handle)] = name;
                }
            }
        }

        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
            {
                continue;
            }

            var code = file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes() ?? [];
            for (var at = 0; at + 4 < code.Length; at++)
            {
                // call, callvirt or newobj, and behind it whom.
                if (code[at] is 0x28 or 0x6F or 0x73 && wanted.TryGetValue(BitConverter.ToInt32(code, at + 1), out var maker))
                {
                    yield return $"{OuterName(metadata, method.GetDeclaringType())} {maker}";
                }
            }
        }
    }

    private static string OuterName(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer ? OuterName(metadata, outer) : metadata.GetString(type.Name);
    }

    private sealed class Names : IHostResolver
    {
        private readonly ConcurrentDictionary<string, IPAddress[]> _names = new();
        private readonly ConcurrentDictionary<string, int> _looks = new();

        public void Lead(string name, params IPAddress[] addresses) => _names[name] = addresses;

        /// <summary>Another address with each look.</summary>
        public void Rebind(string name, params IPAddress[] addresses)
        {
            _names[name] = addresses;
            _looks[name] = 0;
        }

        public int Looks(string name) => _looks[name];

        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation)
        {
            if (_names.TryGetValue(host, out var addresses))
            {
                return Task.FromResult<IReadOnlyList<IPAddress>>(
                    _looks.ContainsKey(host) ? [addresses[Math.Min(_looks.AddOrUpdate(host, 0, (_, looks) => looks + 1), addresses.Length) - 1]] : addresses);
            }

            // What is a number in any spelling, and localhost, the system knows without asking anybody.
            return host.EndsWith(".test", StringComparison.Ordinal) ? Task.FromResult<IReadOnlyList<IPAddress>>([]) : Real(host, cancellation);
        }

        private static async Task<IReadOnlyList<IPAddress>> Real(string host, CancellationToken cancellation) => await Dns.GetHostAddressesAsync(host, cancellation);
    }

    /// <summary>A web server on loopback that counts who comes.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly TcpListener _tcp = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _over = new();
        private readonly List<TcpClient> _clients = [];
        private Task _serving = Task.CompletedTask;

        public int Port => ((IPEndPoint)_tcp.LocalEndpoint).Port;

        public int Connections => _clients.Count;

        public string Answer { get; set; } = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";

        public void Start()
        {
            _tcp.Start();
            _serving = ServeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            _tcp.Stop();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _clients.ForEach(client => client.Dispose());
            _over.Dispose();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                var client = await _tcp.AcceptTcpClientAsync(_over.Token);
                _clients.Add(client);
                var stream = client.GetStream();
                await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, _over.Token);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(Answer), _over.Token);
                await stream.FlushAsync(_over.Token);
            }
        }
    }
}
