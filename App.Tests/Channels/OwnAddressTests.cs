using Inbox.Channels;

namespace Inbox.Tests.Channels;

public sealed class OwnAddressTests
{
    [Theory]
    [InlineData("http://localhost:5080", "http://localhost:5080/")]
    [InlineData("http://+:8080", "http://127.0.0.1:8080/")]
    [InlineData("http://[::]:8080", "http://127.0.0.1:8080/")]
    [InlineData("http://0.0.0.0:8080", "http://127.0.0.1:8080/")]
    [InlineData("https://inbox.example.com:443,http://127.0.0.1:5000", "http://127.0.0.1:5000/")]
    [InlineData("http://10.1.2.3:80/inbox", "http://10.1.2.3/inbox/")]
    public void It_is_where_this_machine_reaches_the_server(string listening, string own) => Assert.Equal(own, OwnAddress.Of(listening.Split(','))!.AbsoluteUri);

    [Fact]
    public void A_server_that_does_not_listen_has_none() => Assert.Null(OwnAddress.Of(["http://unix:/tmp/inbox.sock"]));
}
