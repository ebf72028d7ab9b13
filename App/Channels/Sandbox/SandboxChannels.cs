using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Inbox.Channels.Meta;
using Inbox.Data;
using Inbox.Tenancy;

namespace Inbox.Channels.Sandbox;

/// <summary>Makes channels that talk to the built-in stand-in, with credentials of their own.</summary>
public sealed class SandboxChannels(ChannelCredentials credentials, ChannelDirectory directory, TimeProvider clock)
{
    public const string Kind = "whatsapp";

    /// <summary>The number that customers see; one that nobody has.</summary>
    public const string Number = "15550100100";

    /// <summary>Adds a WhatsApp number in sandbox mode and saves it; inside the caller's transaction where there is one.</summary>
    public async Task<Channel> AddAsync(InboxDb db, long tenantId, string name, CancellationToken cancellation)
    {
        var business = Digits(15);
        var channel = new Channel
        {
            TenantId = tenantId,
            Kind = Kind,
            Name = name,
            ExternalId = Digits(15),
            GroupId = business,
            HasOwnSecret = true,
            IsSandbox = true,
            Settings = JsonSerializer.Serialize(new { business_account_id = business }),
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        db.Add(channel);
        credentials.Write(channel, new MetaCredentials
        {
            AccessToken = $"SANDBOX{RandomNumberGenerator.GetHexString(40)}",
            AppSecret = RandomNumberGenerator.GetHexString(32, lowercase: true),
            VerifyToken = RandomNumberGenerator.GetHexString(24, lowercase: true),
        });
        db.AuditRow(Caller.System(tenantId), "channel.connected", channel, AuditObject.Of("channel", channel.Id, name));
        await db.SaveChangesAsync(cancellation);
        directory.Changed();
        return channel;
    }

    private static string Digits(int count)
        => string.Create(CultureInfo.InvariantCulture, $"9{RandomNumberGenerator.GetString("0123456789", count - 1)}");
}
