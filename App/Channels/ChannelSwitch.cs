using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Tenancy;

namespace Inbox.Channels;

/// <summary>A setting of a channel that is on or off; see <see cref="ChannelField.IsSwitch"/>.</summary>
internal static class ChannelSwitch
{
    /// <summary>Leaves the setting as it is where the values do not name it.</summary>
    /// <exception cref="RefusedException">invalid_value, with the field.</exception>
    public static void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values, string setting)
    {
        if (values.TryGetValue(setting, out var value))
        {
            var settings = JsonNode.Parse(channel.Settings)!.AsObject();
            settings[setting] = value.ToString().ToLowerInvariant() switch
            {
                "true" => true,
                "false" or "" => false,
                _ => throw new RefusedException("invalid_value", $"{setting} is true or false.", field: setting),
            };
            channel.Settings = settings.ToJsonString();
        }
    }
}
