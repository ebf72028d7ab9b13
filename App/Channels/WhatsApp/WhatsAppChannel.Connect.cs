using System.Text.Json;
using Inbox.Channels.Meta;
using Inbox.Tenancy;

namespace Inbox.Channels.WhatsApp;

public sealed partial class WhatsAppChannel : IConnectableChannel
{
    private const int LongestSecret = 1000;
    private const int LongestAccount = 100;

    public bool HasExternalId => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("access_token", IsSecret: true, IsRequired: true),
        new("app_secret", IsSecret: true, IsRequired: false),
        new("verify_token", IsSecret: true, IsRequired: false),
        new("business_account_id", IsSecret: false, IsRequired: false),
    ];

    public void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values)
    {
        var known = credentials.Read<MetaCredentials>(channel) ?? new MetaCredentials();
        var given = new MetaCredentials
        {
            AccessToken = Text("access_token") ?? known.AccessToken,
            AppSecret = Text("app_secret") ?? known.AppSecret,
            VerifyToken = Text("verify_token") ?? known.VerifyToken,
        };
        if (given.AppSecret is null && !signature.HasInstallationSecret)
        {
            // Without one nobody could tell a genuine webhook from a forged one.
            throw new RefusedException("invalid_value", "The app secret is missing. Without it a forged webhook could not be told from a genuine one.", field: "app_secret");
        }

        if (values.ContainsKey("business_account_id"))
        {
            channel.GroupId = Text("business_account_id", LongestAccount);
            channel.Settings = JsonSerializer.Serialize(new WhatsAppSettings { BusinessAccountId = channel.GroupId });
        }

        credentials.Write(channel, given);
        channel.HasOwnSecret = given.AppSecret is not null;

        string? Text(string name, int longest = LongestSecret)
            => !values.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null || value.ToString().Trim() is not { Length: > 0 } text ? null
                : value.ValueKind == JsonValueKind.String && text.Length <= longest ? text
                : throw new RefusedException("invalid_value", $"{name} is a text of at most {longest} characters.", field: name);
    }

    public IReadOnlyDictionary<string, string> Read(Channel channel)
        => new Dictionary<string, string> { ["business_account_id"] = channel.GroupId ?? "" };
}
