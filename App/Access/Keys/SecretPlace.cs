using System.Globalization;

namespace Inbox.Access.Keys;

/// <summary>Where a secret of a business stands. It is bound to what is encrypted, so that a value copied to another place does not open there.</summary>
public readonly record struct SecretPlace(long TenantId, string Table, string Column, long Row)
{
    /// <summary>What was bound in its stead while the key-encryption key still closed the secrets of businesses.</summary>
    public string? Earlier { get; init; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{TenantId}|{Table}|{Column}|{Row}");
}
