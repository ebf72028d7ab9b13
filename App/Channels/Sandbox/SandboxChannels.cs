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
    public const string WhatsApp = "whatsapp";
    public const string Messenger = "messenger";
    public const string Instagram = "instagram";

    /// <summary>The number that customers see; one that nobody has.</summary>
    public const string Number = "15550100100";

    /// <summary>The kinds whose platform there is a stand-in for.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [WhatsApp, Messenger, Instagram];

    /// <summary>Adds an account in sandbox mode and saves it; inside the caller's transaction where there is one.</summary>
    public async Task<Channel> AddAsync(InboxDb db, long tenantId, string name, CancellationToken cancellation, string kind = WhatsApp)
    {
        var channel = Add(db, tenantId, kind, name);
        db.AuditRow(Caller.System(tenantId), "channel.connected", channel, AuditObject.Of("channel", channel.Id, name));
        await db.SaveChangesAsync(cancellation);
        directory.Changed();
        return channel;
    }

    /// <summary>Adds an account in sandbox mode; whoever calls saves it.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    public Channel Add(InboxDb db, long tenantId, string kind, string name, long? departmentId = null)
    {
        var business = kind == WhatsApp ? Digits("9", 15) : null;
        var channel = new Channel
        {
            TenantId = tenantId,
            Kind = kind,
            Name = name,
            ExternalId = kind == Instagram ? Digits("17841", 17) : Digits("9", 15),
            GroupId = business,
            DepartmentId = departmentId,
            HasOwnSecret = true,
            IsSandbox = true,
            Settings = business is null ? "{}" : JsonSerializer.Serialize(new { business_account_id = business }),
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        db.Add(channel);
        credentials.Write(channel, new MetaCredentials
        {
            AccessToken = $"SANDBOX{RandomNumberGenerator.GetHexString(40)}",
            AppSecret = RandomNumberGenerator.GetHexString(32, lowercase: true),
            VerifyToken = RandomNumberGenerator.GetHexString(24, lowercase: true),
        });
        return channel;
    }

    private static string Digits(string first, int count)
        => string.Create(CultureInfo.InvariantCulture, $"{first}{RandomNumberGenerator.GetString("0123456789", count - first.Length)}");
}
