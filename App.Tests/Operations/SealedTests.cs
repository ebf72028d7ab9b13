using System.Text;
using Inbox.Operations.Backups;

namespace Inbox.Tests.Operations;

public sealed class SealedTests
{
    private const string Passphrase = "correct horse battery staple";

    private static readonly byte[] Context = Encoding.UTF8.GetBytes("manifest");

    [Theory]
    [InlineData("")]
    [InlineData("a key")]
    public void What_is_closed_opens_with_the_same_passphrase_and_context(string content)
        => Assert.Equal(content, Encoding.UTF8.GetString(Sealed.Open(Close(content), Passphrase, Context)));

    [Fact]
    public void A_wrong_passphrase_is_called_so()
        => Assert.Contains("passphrase", Assert.Throws<BackupException>(() => Sealed.Open(Close("a key"), "wrong horse battery staple", Context)).Message, StringComparison.Ordinal);

    [Fact]
    public void Another_context_does_not_open_it()
        => Assert.Contains("changed", Assert.Throws<BackupException>(() => Sealed.Open(Close("a key"), Passphrase, "other"u8)).Message, StringComparison.Ordinal);

    [Fact]
    public void No_changed_or_missing_byte_opens_it()
    {
        var closed = Close("a key");
        // Mark, iterations (too many to try), salt, check, nonce, tag, content.
        foreach (var at in new[] { 0, 8, 12, 28, 44, 56, closed.Length - 1 })
        {
            var changed = (byte[])closed.Clone();
            changed[at] ^= 1;
            Assert.Throws<BackupException>(() => Sealed.Open(changed, Passphrase, Context));
        }

        Assert.Throws<BackupException>(() => Sealed.Open(closed[..^1], Passphrase, Context));
        Assert.Throws<BackupException>(() => Sealed.Open([], Passphrase, Context));
    }

    private static byte[] Close(string content) => Sealed.Close(Encoding.UTF8.GetBytes(content), Passphrase, Context);
}
