using System.Security.Cryptography;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels.Website;

/// <summary>The visitor of a request and the widget that they use.</summary>
public sealed record CurrentVisitor(Channel Channel, WebsiteVisitor Visitor)
{
    public ContactAddress Address => new(WebsiteChannel.Visitor, Visitor.Key);
}

/// <summary>Sessions of visitors: a protected token stands for a random key that never leaves the server in the clear.</summary>
public sealed class Visitors(IDbContextFactory<InboxDb> dbs, CurrentTenant tenant, ChannelDirectory directory, IDataProtectionProvider protection, TimeProvider clock)
{
    public static readonly TimeSpan TokenLasts = TimeSpan.FromDays(365);

    private readonly ITimeLimitedDataProtector _tokens = protection.CreateProtector("Inbox.Website.Visitor").ToTimeLimitedDataProtector();

    public async Task<(string Token, WebsiteVisitor Visitor, DateTime ExpiresAt)> StartAsync(Channel channel, CancellationToken cancellation)
    {
        tenant.Use(channel.TenantId);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var visitor = new WebsiteVisitor
        {
            TenantId = channel.TenantId,
            ChannelId = channel.Id,
            Key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            CreatedAt = now.UtcDateTime,
        };
        db.Add(visitor);
        await db.SaveChangesAsync(cancellation);
        return (_tokens.Protect(visitor.Key, now + TokenLasts), visitor, (now + TokenLasts).UtcDateTime);
    }

    /// <summary>Finds who a token stands for and makes the request work for their business.</summary>
    /// <returns>Null when the token is none of ours, has ended, or its widget is gone.</returns>
    public async Task<CurrentVisitor?> FindAsync(string? token, CancellationToken cancellation)
    {
        if (token is null || Read(token) is not { } key)
        {
            return null;
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var visitor = await db.Set<WebsiteVisitor>().IgnoreQueryFilters([Filters.Tenant]).AsNoTracking().SingleOrDefaultAsync(row => row.Key == key, cancellation);
        if (visitor is null || (await directory.ReadAsync(cancellation)).Find(visitor.ChannelId) is not { } channel)
        {
            return null;
        }

        tenant.Use(channel.TenantId);
        return new CurrentVisitor(channel, visitor);
    }

    public async Task SeenAsync(WebsiteVisitor visitor, long upTo, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        await db.Set<WebsiteVisitor>().Where(row => row.Id == visitor.Id && row.SeenUpTo < upTo)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.SeenUpTo, upTo), cancellation);
        await write.CommitAsync(cancellation);
    }

    public async Task NameAsync(WebsiteVisitor visitor, string? name, string? email, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var row = await db.Set<WebsiteVisitor>().SingleAsync(row => row.Id == visitor.Id, cancellation);
        (row.Name, row.Email) = (name ?? row.Name, email ?? row.Email);
        await db.SaveChangesAsync(cancellation);
    }

    private string? Read(string token)
    {
        try
        {
            return token.Length > 1000 ? null : _tokens.Unprotect(token, out _);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
