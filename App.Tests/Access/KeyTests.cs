using System.Runtime.Versioning;
using System.Security.Cryptography;
using Inbox.Access;
using Inbox.Access.Keys;
using Inbox.Data;
using Microsoft.Extensions.Options;

namespace Inbox.Tests.Access;

[UnsupportedOSPlatform("windows")]
public sealed class KeyTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void What_is_closed_opens_for_the_same_purpose_only()
    {
        var box = new SecretBox(Ring());
        var closed = box.Protect("geheim äöü", "channel|1");

        Assert.Equal("geheim äöü", box.Unprotect(closed, "channel|1"));
        Assert.ThrowsAny<CryptographicException>(() => box.Unprotect(closed, "channel|2"));
        Assert.NotEqual(closed, box.Protect("geheim äöü", "channel|1"));
    }

    [Fact]
    public void No_bit_can_be_changed()
    {
        var box = new SecretBox(Ring());
        var closed = box.Protect("geheim", "purpose");
        for (var bit = 0; bit < closed.Length * 8; bit++)
        {
            var changed = closed.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.ThrowsAny<CryptographicException>(() => box.Unprotect(changed, "purpose"));
        }

        Assert.ThrowsAny<CryptographicException>(() => box.Unprotect([], "purpose"));
        Assert.ThrowsAny<CryptographicException>(() => box.Unprotect(closed[..^1], "purpose"));
    }

    [Fact]
    public void The_key_is_made_once_and_only_its_owner_reads_it()
    {
        var first = Ring().Current;

        Assert.Equal(first.Id, Ring().Current.Id);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("keys/kek")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.File("keys")));
    }

    [Fact]
    public void What_an_earlier_key_closed_still_opens()
    {
        var old = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyRing.KeySize));
        var closed = new SecretBox(Ring(new KeyOptions { KeyEncryptionKey = old })).Protect("geheim", "purpose");
        var next = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyRing.KeySize));

        Assert.Equal("geheim", new SecretBox(Ring(new KeyOptions { KeyEncryptionKey = next, PreviousKeys = [old] })).Unprotect(closed, "purpose"));
        Assert.ThrowsAny<CryptographicException>(() => new SecretBox(Ring(new KeyOptions { KeyEncryptionKey = next })).Unprotect(closed, "purpose"));
    }

    public void Dispose() => _folder.Dispose();

    private KeyRing Ring(KeyOptions? options = null)
        => new(Options.Create(options ?? new KeyOptions()), new DataDirectory(Options.Create(new DataDirectoryOptions { DataDirectory = _folder.Path })));
}
