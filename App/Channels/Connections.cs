using System.Text.Json;
using Inbox.Access;
using Inbox.Access.Sessions;
using Inbox.Audit;
using Inbox.Channels.Health;
using Inbox.Channels.Sandbox;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Channels;

/// <summary>What is typed in to connect a channel.</summary>
/// <param name="ExternalId">The platform's id of the account, where the kind has one.</param>
/// <param name="Values">Credentials and settings by field name.</param>
/// <param name="DepartmentId">Where its new conversations go; null or 0: to no department.</param>
/// <param name="IsSandbox">At the built-in stand-in, which makes up the account and its credentials.</param>
public sealed record Connecting(string Kind, string Name, string? ExternalId, IReadOnlyDictionary<string, JsonElement> Values, long? DepartmentId = null, bool IsSandbox = false);

/// <summary>What to change of a channel; null leaves it as it is.</summary>
/// <param name="DepartmentId">Where its new conversations go; 0: to no department.</param>
/// <param name="ReadReceipts">See <see cref="Channel.ReadReceipts"/>.</param>
/// <param name="ExternalId">The platform's id of the account, while <see cref="Channel.MayBeMistyped"/>.</param>
public sealed record ChannelEdit(string? Name = null, bool? IsActive = null, long? DepartmentId = null, bool? ReadReceipts = null, string? ExternalId = null);

/// <summary>Connects accounts, changes them and lets them go.</summary>
public sealed class Connections(IDbContextFactory<InboxDb> dbs, ChannelCatalogue kinds, ChannelDirectory directory, AccountChecks checks, SandboxChannels sandbox, Proofs proofs, LiveFeed feed, TimeProvider clock)
{
    public async Task<IReadOnlyList<Channel>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Channel>().AsNoTracking().OrderBy(channel => channel.Id).ToListAsync(cancellation);
    }

    /// <exception cref="RefusedException">channel_not_found.</exception>
    public async Task<Channel> FindAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Channel>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("channel");
    }

    /// <exception cref="RefusedException">invalid_value, channel_exists, account_exists.</exception>
    public async Task<Channel> ConnectAsync(Caller caller, Connecting connecting, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Write);
        if (kinds.Find(connecting.Kind) is not IConnectableChannel kind)
        {
            throw new RefusedException("invalid_value", $"There is no channel of kind {connecting.Kind.Cut(40)}.", field: "kind");
        }

        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var tenant = await db.Set<Tenant>().SingleAsync(row => row.Id == caller.TenantId, cancellation);
        var (name, department) = (NameOf(connecting.Name), await DepartmentOfAsync(db, connecting.DepartmentId, cancellation));
        if (connecting.IsSandbox)
        {
            RequireSandbox(kind, connecting);
            return await AddAsync(db, caller, sandbox.Add(db, tenant.Id, kind.Kind, name, department), cancellation);
        }

        var channel = db.Add(new Channel
        {
            TenantId = tenant.Id,
            Kind = kind.Kind,
            Name = name,
            ExternalId = kind.HasExternalId ? AccountOf(connecting.ExternalId) : tenant.Slug,
            DepartmentId = department,
            CreatedAt = Now,
        }).Entity;
        foreach (var field in kind.Fields.Where(field => field.IsRequired && !(connecting.Values.TryGetValue(field.Name, out var value) && value.ToString().Length > 0)))
        {
            throw new RefusedException("invalid_value", $"{field.Name} is missing.", field: field.Name);
        }

        kind.Apply(channel, connecting.Values);
        await AddAsync(db, caller, channel, cancellation);
        await ProveAsync(caller, channel);
        return channel;
    }

    /// <summary>Nothing comes in by a shared app before the account has shown whose it is.</summary>
    private async Task ProveAsync(Caller caller, Channel channel)
    {
        if (!channel.HasOwnSecret && (channel.ProvenAt is null || (channel.GroupId is not null && channel.GroupProvenAt is null)) && kinds.Find(channel.Kind) is ICheckedChannel)
        {
            await checks.CheckAsync(caller, channel.Id, CancellationToken.None);
        }
    }

    private async Task<Channel> AddAsync(InboxDb db, Caller caller, Channel channel, CancellationToken cancellation)
    {
        db.Add(Happened("channel_connected", caller, channel));
        db.AuditRow(caller, "channel.connected", channel, Target(channel));
        await SaveAsync(db, channel, cancellation);
        return channel;
    }

    private static void RequireSandbox(IConnectableChannel kind, Connecting connecting)
    {
        if (!kind.HasSandbox)
        {
            throw new RefusedException("invalid_value", $"There is no stand-in of {kind.DisplayName}.", field: "sandbox");
        }

        if (connecting.ExternalId is not null || connecting.Values.Count > 0)
        {
            throw new RefusedException("invalid_value", "The stand-in makes up the account and its credentials: leave out external_id, credentials and settings.", field: "sandbox");
        }
    }

    /// <param name="values">Credentials and settings by field name; those that are left out stay.</param>
    /// <param name="check">Is given the version before anything changes, and throws when the caller saw an older one.</param>
    /// <exception cref="RefusedException">channel_not_found, invalid_value, account_exists, account_in_use, channel_exists; reauthentication_required where a secret changes.</exception>
    public async Task<Channel> ChangeAsync(
        Caller caller, long id, ChannelEdit edit, IReadOnlyDictionary<string, JsonElement> values, CancellationToken cancellation, Action<long>? check = null)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var channel = await FindAsync(db, caller, id, cancellation);
        check?.Invoke(channel.Version);
        channel.Name = edit.Name is null ? channel.Name : NameOf(edit.Name);
        channel.IsActive = edit.IsActive ?? channel.IsActive;
        channel.ReadReceipts = edit.ReadReceipts ?? channel.ReadReceipts;
        var moves = edit.ExternalId is { } typed && typed.Trim() != channel.ExternalId;
        if (moves)
        {
            Correct(channel, edit.ExternalId);
        }

        channel.DepartmentId = edit.DepartmentId is { } department && department != channel.DepartmentId ? await DepartmentOfAsync(db, department, cancellation) : channel.DepartmentId;
        if (values.Count > 0 && kinds.Find(channel.Kind) is IConnectableChannel kind)
        {
            if (kind.Fields.FirstOrDefault(field => field.IsSecret && values.ContainsKey(field.Name)) is { } secret)
            {
                if (channel.IsSandbox)
                {
                    throw new RefusedException("invalid_value", "The stand-in makes up its credentials: leave them out.", field: secret.Name);
                }

                await proofs.RequireAsync(caller, cancellation);
            }

            kind.Apply(channel, values);
            channel.Resume();
        }

        db.Add(Happened("channel_changed", caller, channel));
        db.AuditRow(caller, "channel.changed", channel, Target(channel));
        await SaveAsync(db, channel, cancellation);
        if (values.Count > 0 || moves)
        {
            await ProveAsync(caller, channel);
        }

        return channel;
    }

    private void Correct(Channel channel, string? account)
    {
        if (!channel.MayBeMistyped || kinds.Find(channel.Kind) is not IConnectableChannel { HasExternalId: true })
        {
            throw new RefusedException("account_in_use", "This account has worked already. Connect the other one as a channel of its own.", StatusCodes.Status409Conflict, "external_id");
        }

        channel.ExternalId = AccountOf(account);
    }

    /// <summary>Lets an account go. Its conversations stay. Its secrets are gone, so what is signed with them is refused.</summary>
    /// <exception cref="RefusedException">channel_not_found, reauthentication_required.</exception>
    public async Task RemoveAsync(Caller caller, long id, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var channel = await FindAsync(db, caller, id, cancellation);
        await proofs.RequireAsync(caller, cancellation);
        (channel.DeletedAt, channel.IsActive, channel.Credentials) = (Now, false, null);
        db.Add(Happened("channel_removed", caller, channel));
        db.AuditRow(caller, "channel.removed", channel, Target(channel));
        await SaveAsync(db, channel, cancellation);
    }

    /// <summary>The departments that a channel can be given, by name.</summary>
    public async Task<IReadOnlyDictionary<long, string>> DepartmentsAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Department>().OrderBy(department => department.Name).ToDictionaryAsync(department => department.Id, department => department.Name, cancellation);
    }

    private static async Task<long?> DepartmentOfAsync(InboxDb db, long? id, CancellationToken cancellation)
        => id is null or 0 ? null
            : await db.Set<Department>().AnyAsync(department => department.Id == id, cancellation) ? id
            : throw new RefusedException("invalid_value", "There is no such department in this business.", field: "department_id");

    private static async Task<Channel> FindAsync(InboxDb db, Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(ChannelPermissions.Write);
        return await db.Set<Channel>().SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("channel");
    }

    private async Task SaveAsync(InboxDb db, Channel channel, CancellationToken cancellation)
    {
        // Notices of the platform about an account go by its id to the channels that name it. Who only typed it in keeps nobody from it.
        if (channel.GroupId is { } group && db.Entry(channel).Property(row => row.GroupId) is { } property && (property.IsModified || property.EntityEntry.State == EntityState.Added)
            && await db.Set<Channel>().IgnoreQueryFilters([Filters.Tenant]).AnyAsync(
                other => other.Kind == channel.Kind && other.GroupId == group && other.GroupProvenAt != null && other.TenantId != channel.TenantId, cancellation))
        {
            throw new RefusedException("account_exists", "This business account is connected in another business already.", StatusCodes.Status409Conflict);
        }

        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException error) when (error.IsDuplicateKey)
        {
            throw new RefusedException("channel_exists", "This account is connected already, here or in another business.", StatusCodes.Status409Conflict, "external_id");
        }

        directory.Changed();
        feed.Publish(Topics.Channels(channel.TenantId));
    }

    private static AuditObject Target(Channel channel) => AuditObject.Of("channel", channel.Id, channel.Name);

    private DomainEvent Happened(string type, Caller caller, Channel channel)
        => new()
        {
            TenantId = channel.TenantId,
            Type = type,
            At = Now,
            UserId = caller.UserId,
            Data = DomainEvent.Json(new { channel_id = channel.Id, kind = channel.Kind, name = channel.Name }),
        };

    private static string NameOf(string name)
        => name.Trim() is { Length: > 0 and <= 80 } trimmed ? trimmed : throw new RefusedException("invalid_value", "The name has 1 to 80 characters.", field: "name");

    private static string AccountOf(string? id)
        => id?.Trim() is { Length: > 0 and <= 100 } trimmed && trimmed.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '@')
            ? trimmed
            : throw new RefusedException("invalid_value", "The account's ID at the platform is missing, or this is something else: it has letters, digits, dots and dashes only, and is no phone number with a plus and no name.", field: "external_id");

    private DateTime Now => clock.GetUtcNow().UtcDateTime;
}
