using Inbox.Access;
using Microsoft.Extensions.Options;

namespace Inbox.Channels;

/// <summary>Addresses of this installation as others reach them: <c>Inbox:PublicBaseUrl</c>, or, without it, what the server listens on.</summary>
public sealed class PublicAddress(IOptions<AccessOptions> access, OwnAddress own)
{
    public string Of(string path) => new Uri(access.Value.PublicBaseUrl ?? own.Value, path).AbsoluteUri;
}
