using System.Text.Json;
using Inbox.Channels.Health;
using Inbox.Channels.Meta;
using Inbox.Tenancy;

namespace Inbox.Channels.WhatsApp;

public sealed partial class WhatsAppChannel : IConnectableChannel, ICheckedChannel
{
    private const int LongestAccount = 100;

    public bool HasExternalId => true;

    public bool HasSandbox => true;

    public IReadOnlyList<ChannelField> Fields { get; } = [.. MetaConnection.Fields, new("business_account_id", IsSecret: false, IsRequired: false)];

    public void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values)
    {
        connection.Apply(channel, values);
        if (values.ContainsKey("business_account_id"))
        {
            var id = MetaConnection.Text(values, "business_account_id", LongestAccount);
            if (id?.All(char.IsAsciiDigit) == false)
            {
                throw new RefusedException("invalid_value", "The business account ID has digits only.", field: "business_account_id");
            }

            channel.GroupProvenAt = id == channel.GroupId ? channel.GroupProvenAt : null;
            channel.GroupId = id;
            channel.Settings = JsonSerializer.Serialize(new WhatsAppSettings { BusinessAccountId = channel.GroupId });
        }
    }

    public async Task<AccountCheck> CheckAsync(Channel account, CancellationToken cancellation)
    {
        var (token, of) = (credentials.TokenOf(account), Of(account));
        var check = await accounts.CheckAsync(account, token, of, cancellation);
        if (check.Problem is not null)
        {
            return check;
        }

        var standing = await accounts.FieldsAsync(account, token, of, of.TitleOf.Path, ["quality_rating", "whatsapp_business_manager_messaging_limit"], cancellation);
        return check with { Quality = WhatsAppTemplateNews.QualityOf(standing.At("quality_rating")), DailyLimit = WhatsAppAccountNews.LimitOf(standing.At("whatsapp_business_manager_messaging_limit")) };
    }

    public Task<string?> SubscribeAsync(Channel account, CancellationToken cancellation)
        => accounts.SubscribeAsync(account, credentials.TokenOf(account), Of(account), cancellation);

    // The app is subscribed to the business account; which fields, is set once for the app.
    private MetaAccount Of(Channel account) => new(
        DisplayName, options.Value.GraphUrl, (Uri.EscapeDataString(account.ExternalId), ["display_phone_number", "verified_name"]),
        account.GroupId is { } group ? Uri.EscapeDataString(group) : null, Fields: [], HasTokenInspection: true, TitleShowsOwner: true);

    public IReadOnlyDictionary<string, string> Read(Channel channel)
        => new Dictionary<string, string> { ["business_account_id"] = channel.GroupId ?? "" };
}
