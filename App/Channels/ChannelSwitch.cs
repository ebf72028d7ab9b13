using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Tenancy;

namespace Inbox.Channels;

/// <summary>A setting of a channel that is on or off.</summary>
/// <param name="Name">Snake case, as in JSON.</param>
internal sealed record ChannelSwitch(string Name)
{
    public ChannelField Field { get; } = new(Name, IsSecret: false, IsRequired: false) { IsSwitch = true };

    public bool IsOn(Channel channel) => JsonElement.Parse(channel.Settings).At(Name).ValueKind == JsonValueKind.True;

    /// <summary>Leaves the setting as it is where the values do not name it.</summary>
    /// <exception cref="RefusedException">invalid_value, with the field.</exception>
    public void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values)
    {
        if (values.TryGetValue(Name, out var value))
        {
            var settings = JsonNode.Parse(channel.Settings)!.AsObject();
            settings[Name] = value.ToString().ToLowerInvariant() switch
            {
                "true" => true,
                "false" or "" => false,
                _ => throw new RefusedException("invalid_value", $"{Name} is true or false.", field: Name),
            };
            channel.Settings = settings.ToJsonString();
        }
    }

    /// <summary>For the form.</summary>
    public KeyValuePair<string, string> Read(Channel channel) => new(Name, IsOn(channel) ? "true" : "false");
}
