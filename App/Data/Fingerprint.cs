using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace Inbox.Data;

/// <summary>The version of what counts none, made of what its editor shows: two contents have the same with a chance of one in 2^63.</summary>
public static class Fingerprint
{
    public static long Of(params object?[] facts)
        => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(facts))) & long.MaxValue;
}
