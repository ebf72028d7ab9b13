using System.Text.Json;
using Inbox.Channels.Meta;

namespace Inbox.Channels.WhatsApp;

public sealed partial class WhatsAppChannel : IConnectableChannel
{
    private const int LongestAccount = 100;

    public bool HasExternalId => true;

    public IReadOnlyList<ChannelField> Fields { get; } = [.. MetaConnection.Fields, new("business_account_id", IsSecret: false, IsRequired: false)];

    public void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values)
    {
        connection.Apply(channel, values);
        if (values.ContainsKey("business_account_id"))
        {
            channel.GroupId = MetaConnection.Text(values, "business_account_id", LongestAccount);
            channel.Settings = JsonSerializer.Serialize(new WhatsAppSettings { BusinessAccountId = channel.GroupId });
        }
    }

    public IReadOnlyDictionary<string, string> Read(Channel channel)
        => new Dictionary<string, string> { ["business_account_id"] = channel.GroupId ?? "" };
}
