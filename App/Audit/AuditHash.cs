using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Inbox.Tenancy;

namespace Inbox.Audit;

/// <summary>
/// What is signed of an audit row. Every part goes in with its length before it, so that no two rows have the same bytes.
/// What can be erased goes in by a salted hash.
/// </summary>
internal static class AuditHash
{
    public const int Size = 32;
    public const int SaltSize = 16;

    /// <summary>The hash before the first row.</summary>
    public static byte[] Start { get; } = new byte[Size];

    public static byte[] Person(AuditEvent row, byte[] salt) => Salted(salt, "person", row.ActorName, row.OnBehalfOfName, row.Address, row.Session, row.ObjectName);

    public static byte[] Change(AuditEvent row, byte[] salt) => Salted(salt, "change", row.Before, row.After);

    /// <param name="sequence">The row's own, or another place that is tried.</param>
    public static byte[] Row(AuditEvent row, AuditKey key, long sequence)
    {
        var parts = new Parts();
        parts.Add("inbox-audit-1");
        parts.Add(row.TenantId);
        parts.Add(sequence);
        parts.Add(row.Previous);
        parts.Add(new DateTimeOffset(row.At, TimeSpan.Zero).ToUnixTimeMilliseconds());
        parts.Add(NameOf(row.ActorKind));
        parts.Add(row.ActorId);
        parts.Add(row.OnBehalfOfId);
        parts.Add(row.Action);
        parts.Add(row.ObjectType);
        parts.Add(row.ObjectId);
        parts.Add(row.PersonHash);
        parts.Add(row.ChangeHash);
        parts.Add(row.KeyId);
        return HMACSHA256.HashData(key.Bytes, parts.Written);
    }

    public static byte[] Tip(long tenantId, long sequence, byte[] hash, AuditKey key)
    {
        var parts = new Parts();
        parts.Add("inbox-audit-tip-1");
        parts.Add(tenantId);
        parts.Add(sequence);
        parts.Add(hash);
        parts.Add(key.Id);
        return HMACSHA256.HashData(key.Bytes, parts.Written);
    }

    public static AuditTip TipOf(long tenantId, long sequence, byte[] hash, AuditKey key)
        => new() { TenantId = tenantId, Sequence = sequence, Hash = hash, KeyId = key.Id, Mac = Tip(tenantId, sequence, hash, key) };

    public static bool IsTrue(AuditTip tip, AuditKeys keys)
        => keys.Find(tip.KeyId) is { } key && CryptographicOperations.FixedTimeEquals(Tip(tip.TenantId, tip.Sequence, tip.Hash, key), tip.Mac);

    private static byte[] Salted(byte[] salt, string kind, params ReadOnlySpan<string?> texts)
    {
        var parts = new Parts();
        parts.Add(kind);
        foreach (var text in texts)
        {
            parts.Add(text);
        }

        return HMACSHA256.HashData(salt, parts.Written);
    }

    private static string NameOf(CallerKind kind) => kind switch
    {
        CallerKind.User => "User",
        CallerKind.Key => "Key",
        CallerKind.System => "System",
        CallerKind.Nobody => "Nobody",
        _ => kind.ToString(),
    };

    private sealed class Parts
    {
        private const int Nothing = -1;

        private readonly ArrayBufferWriter<byte> _bytes = new(512);

        public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

        public void Add(byte[] bytes)
        {
            Length(bytes.Length);
            _bytes.Write(bytes);
        }

        public void Add(long? number)
        {
            if (number is not { } value)
            {
                Length(Nothing);
                return;
            }

            Length(sizeof(long));
            BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), value);
            _bytes.Advance(sizeof(long));
        }

        public void Add(string? text)
        {
            if (text is null)
            {
                Length(Nothing);
                return;
            }

            var length = Encoding.UTF8.GetByteCount(text);
            Length(length);
            _bytes.Advance(Encoding.UTF8.GetBytes(text, _bytes.GetSpan(length)));
        }

        private void Length(int length)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), length);
            _bytes.Advance(sizeof(int));
        }
    }
}
