using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Website;

/// <summary>The visitor of a request and the widget that they use.</summary>
/// <param name="UserId">The person's id on the site, which the site has vouched for; null for a visitor whom nobody knows.</param>
/// <param name="Secret">The fingerprint of the secret by which it did.</param>
public sealed record CurrentVisitor(Channel Channel, WebsiteVisitor Visitor, string? UserId = null, string? Secret = null)
{
    public ContactAddress Address => AddressOf(Visitor.Key, UserId);

    internal static ContactAddress AddressOf(string key, string? userId) => userId is null ? new(WebsiteChannel.Visitor, key) : new(WebsiteChannel.User, userId);
}

/// <summary>
/// Sessions of visitors: a protected token stands for a random key that never leaves the server in the clear. Somebody whom
/// the site vouches for has the same thread on every device, and only for as long as the secret by which it did stays.
/// </summary>
public sealed class Visitors(
    IDbContextFactory<InboxDb> dbs, CurrentTenant tenant, ChannelDirectory directory, WidgetIdentity identity, IDataProtectionProvider protection, TimeProvider clock)
{
    public static readonly TimeSpan TokenLasts = TimeSpan.FromDays(365);

    private const char Between = '|';

    private readonly ITimeLimitedDataProtector _tokens = protection.CreateProtector("Inbox.Website.Visitor").ToTimeLimitedDataProtector();

    /// <summary>A new visitor.</summary>
    public async Task<VisitorSession> StartAsync(Channel channel, CancellationToken cancellation)
    {
        tenant.Use(channel.TenantId);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var visitor = New(channel, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        db.Add(visitor);
        await db.SaveChangesAsync(cancellation);
        return Session(new CurrentVisitor(channel, visitor), visitor.Key);
    }

    /// <summary>Somebody whom the site knows, on one more device or again.</summary>
    /// <param name="userId">The person's id there.</param>
    /// <param name="hash">Hex of the HMAC-SHA256 of the id under the widget's secret.</param>
    /// <exception cref="RefusedException">identity_not_verified.</exception>
    public async Task<VisitorSession> StartAsync(Channel channel, string userId, string? hash, CancellationToken cancellation)
    {
        var secret = identity.Verify(channel, userId, hash);
        tenant.Use(channel.TenantId);
        var key = KeyOf(channel, userId);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var visitor = await db.Set<WebsiteVisitor>().AsNoTracking().SingleOrDefaultAsync(row => row.Key == key, cancellation);
        if (visitor is null)
        {
            visitor = New(channel, key);
            try
            {
                db.Add(visitor);
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException error) when (error.IsDuplicateKey)
            {
                // another device of theirs was first
                db.ChangeTracker.Clear();
                visitor = await db.Set<WebsiteVisitor>().AsNoTracking().SingleAsync(row => row.Key == key, cancellation);
            }
        }

        return Session(new CurrentVisitor(channel, visitor, userId, secret), string.Join(Between, key, secret, userId));
    }

    /// <summary>Finds who a token stands for and makes the request work for their business.</summary>
    /// <returns>Null when the token is none of ours, has ended, or its widget is gone.</returns>
    public async Task<CurrentVisitor?> FindAsync(string? token, CancellationToken cancellation)
    {
        if (token is null || Read(token)?.Split(Between, 3) is not { } parts)
        {
            return null;
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var visitor = await db.Set<WebsiteVisitor>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().SingleOrDefaultAsync(row => row.Key == parts[0], cancellation);
        if (visitor is null || (await directory.ReadAsync(cancellation)).Find(visitor.ChannelId) is not { } channel)
        {
            return null;
        }

        var current = parts is [_, var secret, var userId] ? new CurrentVisitor(channel, visitor, userId, secret) : new CurrentVisitor(channel, visitor);
        if (!identity.StillHolds(channel, current))
        {
            return null;
        }

        tenant.Use(channel.TenantId);
        return current;
    }

    public async Task SeenAsync(WebsiteVisitor visitor, Cursor seen, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await db.Set<WebsiteVisitor>().Where(row => row.Id == visitor.Id && (row.SeenAt == null || row.SeenAt < seen.At || (row.SeenAt == seen.At && row.SeenUpTo < seen.Id)))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.SeenUpTo, seen.Id).SetProperty(row => row.SeenAt, seen.At), cancellation);
        await write.CommitAsync(cancellation);
    }

    public async Task NameAsync(WebsiteVisitor visitor, string? name, string? email, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var row = await db.Set<WebsiteVisitor>().SingleAsync(row => row.Id == visitor.Id, cancellation);
        (row.Name, row.Email) = (name ?? row.Name, email ?? row.Email);
        await db.SaveChangesAsync(cancellation);
    }

    private WebsiteVisitor New(Channel channel, string key) => new() { TenantId = channel.TenantId, ChannelId = channel.Id, Key = key, CreatedAt = clock.GetUtcNow().UtcDateTime };

    private VisitorSession Session(CurrentVisitor visitor, string stands)
    {
        var ends = clock.GetUtcNow() + TokenLasts;
        return new VisitorSession(visitor, _tokens.Protect(stands, ends), ends.UtcDateTime);
    }

    /// <summary>One row for a person of the site: the key of visitors is random and shorter, so it is never one of theirs.</summary>
    private static string KeyOf(Channel channel, string userId)
        => $"u{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{channel.Id}{Between}{userId}"))))[..39]}";

    private string? Read(string token)
    {
        try
        {
            return token.Length > 2000 ? null : _tokens.Unprotect(token, out _);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

public sealed record VisitorSession(CurrentVisitor Visitor, string Token, DateTime ExpiresAt);
