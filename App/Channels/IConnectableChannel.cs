using System.Text.Json;

namespace Inbox.Channels;

/// <summary>A kind that people connect by typing something in: its fields are the form and the body of the API call.</summary>
public interface IConnectableChannel : IChannel
{
    /// <summary>Whether the account's id at the platform is typed in too; otherwise it is the tenant's slug and there is one per tenant.</summary>
    bool HasExternalId { get; }

    IReadOnlyList<ChannelField> Fields { get; }

    /// <summary>Puts what was typed in on the channel.</summary>
    /// <param name="values">By field name; fields that are missing keep what the channel has.</param>
    /// <exception cref="Tenancy.RefusedException">invalid_value, with the field.</exception>
    void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values);

    /// <summary>The values that are no secrets, for the form.</summary>
    IReadOnlyDictionary<string, string> Read(Channel channel);

    /// <summary>There is a built-in stand-in of its platform.</summary>
    bool HasSandbox => false;

    /// <summary>What the business copies into its own pages; null where the kind has nothing of the sort.</summary>
    string? Snippet(Channel channel, PublicAddress address) => null;

    /// <summary>Customers can reach it as it is set.</summary>
    bool IsReady(Channel channel) => true;

    /// <summary>A screen for what the channel shows to customers, with room for more than a form; null where the form is all.</summary>
    string? SettingsPage(Channel channel) => null;

    /// <summary>A page of ours that shows the channel at work; null where there is none.</summary>
    string? DemoPage(Channel channel) => null;
}

/// <param name="Name">Snake case, as in JSON.</param>
/// <param name="IsSecret">Stands under <c>credentials</c> in JSON, is stored encrypted, and is never shown again.</param>
/// <param name="IsRequired">A new channel needs it.</param>
/// <param name="HasLines">Text with one value a line.</param>
/// <param name="IsMadeHere">A word that we make up for a new channel, to be typed in at the platform.</param>
public sealed record ChannelField(string Name, bool IsSecret, bool IsRequired, bool HasLines = false, bool IsMadeHere = false)
{
    /// <summary>On or off: true or false in JSON.</summary>
    public bool IsSwitch { get; init; }
}
