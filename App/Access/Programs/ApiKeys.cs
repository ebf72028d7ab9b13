using Inbox.Access.Rights;
using Inbox.Access.Sessions;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Programs;

/// <param name="ExpiresAt">UTC; null for a key without an end.</param>
public sealed record WantedKey(string Name, IReadOnlyCollection<string> Permissions, DateTime? ExpiresAt);

/// <summary>The keys of a business. Nobody gives a key a right that he lacks himself.</summary>
public sealed class ApiKeys(IDbContextFactory<InboxDb> dbs, Proofs proofs, TimeProvider clock)
{
    private const int MostKeys = 200;

    /// <returns>Those that are not revoked, the newest first.</returns>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(KeyPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<ApiKey>().AsNoTracking().Where(key => key.RevokedAt == null).OrderByDescending(key => key.Id).Take(MostKeys).ToListAsync(cancellation);
    }

    public async Task<ApiKey?> FindAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(KeyPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<ApiKey>().AsNoTracking().SingleOrDefaultAsync(key => key.Id == id && key.RevokedAt == null, cancellation);
    }

    /// <returns>The key and its secret, which is not stored and not shown again.</returns>
    /// <exception cref="RefusedException">A value breaks a rule, there are too many, or the person must prove himself again.</exception>
    public async Task<(ApiKey Key, string Secret)> CreateAsync(Caller caller, WantedKey wanted, CancellationToken cancellation)
    {
        await RequireAsync(caller, wanted, null, cancellation);
        var secret = ApiKey.NewSecret();
        var key = new ApiKey
        {
            TenantId = caller.TenantId,
            Name = wanted.Name.Trim(),
            Start = ApiKey.StartOf(secret),
            Hash = InternalKey.Hash(secret),
            Permissions = ApiKey.Join(wanted.Permissions),
            CreatedById = Answering(caller),
            CreatedAt = Now,
            ExpiresAt = wanted.ExpiresAt,
        };
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await db.Set<ApiKey>().CountAsync(row => row.RevokedAt == null, cancellation) >= MostKeys)
        {
            throw new RefusedException("too_many_keys", $"A business has at most {MostKeys} keys. Revoke one that nobody uses.", StatusCodes.Status409Conflict);
        }

        db.Add(key);
        db.Audit(caller, "api_key.created", () => Object(key), null, Facts(key));
        await db.SaveChangesAsync(cancellation);
        return (key, secret);
    }

    /// <returns>Null when there is none.</returns>
    public async Task<ApiKey?> ChangeAsync(Caller caller, long id, WantedKey wanted, Action<long> check, CancellationToken cancellation)
    {
        caller.Require(KeyPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await db.Set<ApiKey>().SingleOrDefaultAsync(row => row.Id == id && row.RevokedAt == null, cancellation) is not { } key)
        {
            return null;
        }

        check(key.Version);
        await RequireAsync(caller, wanted, key, cancellation);
        var before = Facts(key);
        // Who saves it may everything that it may, and so takes it over: a key need not end with the person who made it.
        (key.Name, key.Permissions, key.ExpiresAt, key.CreatedById) = (wanted.Name.Trim(), ApiKey.Join(wanted.Permissions), wanted.ExpiresAt, Answering(caller));
        db.Audit(caller, "api_key.changed", Object(key), before, Facts(key));
        await db.SaveChangesAsync(cancellation);
        return key;
    }

    /// <summary>From its next request on the key is refused.</summary>
    /// <returns>False when there is none.</returns>
    public async Task<bool> RevokeAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(KeyPermissions.Write);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        if (await db.Set<ApiKey>().SingleOrDefaultAsync(row => row.Id == id && row.RevokedAt == null, cancellation) is not { } key)
        {
            return false;
        }

        key.RevokedAt = Now;
        db.Audit(caller, "api_key.revoked", Object(key), Facts(key));
        await db.SaveChangesAsync(cancellation);
        return true;
    }

    /// <summary>A key that makes a key answers with its own person, or it would outlive that person's rights by a copy.</summary>
    private static long? Answering(Caller caller) => caller.UserId ?? caller.OnBehalfOf?.UserId;

    private static AuditObject Object(ApiKey key) => AuditObject.Of("api_key", key.Id, key.Name);

    private static object Facts(ApiKey key) => new { key.Name, key.Start, Permissions = ApiKey.Split(key.Permissions), key.ExpiresAt, AnsweredFor = key.CreatedById };

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <param name="before">What a key has already may stay, but not be extended by somebody who may less.</param>
    private async Task RequireAsync(Caller caller, WantedKey wanted, ApiKey? before, CancellationToken cancellation)
    {
        caller.Require(KeyPermissions.Write);
        if (wanted.Name.Trim() is not { Length: > 0 and <= ApiKey.LongestName } name || name.Any(char.IsControl))
        {
            throw new RefusedException("invalid_value", $"A key has a name of 1 to {ApiKey.LongestName} characters.", field: "name");
        }

        if (wanted.Permissions.Count == 0 || wanted.Permissions.FirstOrDefault(permission => PermissionCatalogue.Find(permission) is null) is { } unknown)
        {
            throw new RefusedException("invalid_value", "A key has one or more permissions, each from the list at /api/v1/permissions.", field: "permissions");
        }

        if (wanted.ExpiresAt is { } until && until != before?.ExpiresAt && until <= Now)
        {
            throw new RefusedException("invalid_value", "The end of a key lies in the future.", field: "expires_at");
        }

        foreach (var permission in wanted.Permissions.Concat(before is null ? [] : ApiKey.Split(before.Permissions)))
        {
            if (PermissionCatalogue.Find(permission) is not null && caller.ScopeOf(permission) != PermissionScope.All)
            {
                throw new ForbiddenException(permission);
            }
        }

        await proofs.RequireAsync(caller, cancellation);
    }
}
