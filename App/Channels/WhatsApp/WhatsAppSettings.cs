using System.Text.Json.Serialization;

namespace Inbox.Channels.WhatsApp;

/// <summary>The settings of a WhatsApp channel that are no secrets; its credentials are <see cref="Meta.MetaCredentials"/>.</summary>
public sealed record WhatsAppSettings
{
    /// <summary>The business account (WABA) of the number: notices about templates and the account name only this id.</summary>
    [JsonPropertyName("business_account_id")]
    public string? BusinessAccountId { get; init; }
}
