using System.Globalization;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Keys;

/// <param name="Number">Of the key that encrypts since.</param>
/// <param name="Encrypted">How many secrets were encrypted again.</param>
public sealed record RotatedKey(int Number, int Encrypted);

/// <summary>
/// Gives a business a new key and encrypts its secrets with it, a part at a time beside whoever reads and writes them: what
/// an earlier key closed opens all along. Stopped at any point, or on two nodes at once, the next run goes on.
/// </summary>
public sealed class DataKeyRotation(IServiceScopeFactory scopes, DataKeys keys, BusinessSecrets secrets, IEnumerable<BusinessColumn> columns, TimeProvider clock)
{
    /// <summary>So long a key is new enough, and a run goes on with it.</summary>
    public static readonly TimeSpan NewFor = TimeSpan.FromDays(1);

    /// <param name="again">A new key, however new the present one is.</param>
    public async Task<RotatedKey> RunAsync(long tenant, bool again, CancellationToken cancellation)
    {
        await keys.MakeMissingAsync(tenant, cancellation);
        var newest = await NewestAsync(tenant, again, cancellation);
        await using var scope = scopes.CreateAsyncScope();
        await using var db = await ForAsync(scope, tenant, cancellation);
        var count = 0;
        foreach (var column in columns)
        {
            count += (await column.ResealAsync(db, secrets, tenant, blob => BusinessSecrets.KeyOf(blob) != newest.Id, cancellation)).Values;
        }

        return new RotatedKey(newest.Number, count);
    }

    private async Task<DataKey> NewestAsync(long tenant, bool again, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using (var db = await ForAsync(scope, tenant, cancellation))
        {
            await using var write = await db.BeginAsync(cancellation);
            var newest = await ReadAsync(db, cancellation);
            if (!again && newest.CreatedAt + NewFor > clock.GetUtcNow().UtcDateTime)
            {
                return newest;
            }

            try
            {
                var next = keys.Replace(db, newest);
                db.Audit(Caller.System(tenant), "data_key.rotated", new AuditObject("data_key", next.Number.ToString(CultureInfo.InvariantCulture)));
                await db.SaveChangesAsync(cancellation);
                await write.CommitAsync(cancellation);
                return next;
            }
            catch (DbUpdateException error) when (error.IsDuplicateKey)
            {
                // Another node has just made the next one, which is as good.
            }
        }

        await using var after = await ForAsync(scope, tenant, cancellation);
        return await ReadAsync(after, cancellation);
    }

    private static Task<DataKey> ReadAsync(InboxDb db, CancellationToken cancellation)
        => db.Set<DataKey>().OrderByDescending(key => key.Number).FirstAsync(cancellation);

    private static Task<InboxDb> ForAsync(AsyncServiceScope scope, long tenant, CancellationToken cancellation)
    {
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Use(tenant);
        return scope.ServiceProvider.GetRequiredService<IDbContextFactory<InboxDb>>().CreateDbContextAsync(cancellation);
    }
}
