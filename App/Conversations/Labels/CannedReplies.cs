using System.Text.RegularExpressions;
using Inbox.Access;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations.Labels;

/// <param name="Shortcut">Letters, digits, dash, underscore.</param>
/// <param name="DepartmentId">For the scope of a department; null otherwise.</param>
public sealed record CannedReplyDraft(string Shortcut, string Text, ReplyScope Scope, long? DepartmentId);

/// <summary>Texts that agents send often: of the business, of departments, and everybody's own.</summary>
public sealed partial class CannedReplies(IDbContextFactory<InboxDb> dbs, TimeProvider clock)
{
    private const int MostReplies = 1000;
    private const int RecentDays = 30;

    /// <summary>Those that the caller may use, newest first.</summary>
    public async Task<Page<CannedReply>> PageAsync(Caller caller, Cursor? after, int limit, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.ReadReplies);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var replies = Visible(db, caller).AsNoTracking();
        if (after is { } last)
        {
            replies = replies.Where(reply => reply.CreatedAt < last.At || (reply.CreatedAt == last.At && reply.Id < last.Id));
        }

        var rows = await replies.OrderByDescending(reply => reply.CreatedAt).ThenByDescending(reply => reply.Id).Take(limit + 1).ToListAsync(cancellation);
        return rows.Count <= limit ? new Page<CannedReply>(rows, null) : new Page<CannedReply>(rows[..limit], new Cursor(rows[limit - 1].CreatedAt, rows[limit - 1].Id).ToString());
    }

    /// <summary>The departments that a reply can be for, by name.</summary>
    public async Task<IReadOnlyDictionary<long, string>> DepartmentsAsync(Caller caller, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.ReadReplies);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await db.Set<Department>().OrderBy(department => department.Name).ToDictionaryAsync(department => department.Id, department => department.Name, cancellation);
    }

    /// <exception cref="RefusedException">canned_reply_not_found.</exception>
    public async Task<CannedReply> FindAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.ReadReplies);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return await Visible(db, caller).AsNoTracking().SingleOrDefaultAsync(reply => reply.Id == id, cancellation) ?? throw RefusedException.NotFound("canned_reply");
    }

    /// <exception cref="ForbiddenException">One's own may be made by everybody who uses them, others need the right.</exception>
    /// <exception cref="RefusedException">invalid_value, canned_reply_exists, too_many.</exception>
    public async Task<CannedReply> AddAsync(Caller caller, CannedReplyDraft draft, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var owner = await OwnerAsync(db, caller, draft, cancellation);
        if (await db.Set<CannedReply>().CountAsync(reply => reply.Scope == draft.Scope && reply.OwnerId == owner, cancellation) >= MostReplies)
        {
            throw new RefusedException("too_many", $"There are at most {MostReplies} canned replies of one kind.", StatusCodes.Status409Conflict);
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var reply = db.Add(new CannedReply
        {
            TenantId = caller.TenantId,
            Scope = draft.Scope,
            OwnerId = owner,
            Shortcut = ShortcutOf(draft.Shortcut),
            Text = TextOf(draft.Text),
            CreatedAt = now,
            UpdatedAt = now,
        }).Entity;
        db.AuditRow(caller, "canned_reply.created", reply, AuditObject.Of("canned_reply", reply.Id, reply.Shortcut));
        await SaveAsync(db, cancellation);
        return reply;
    }

    /// <param name="check">Throws when the version is not the one that the caller saw.</param>
    /// <exception cref="RefusedException">canned_reply_not_found, invalid_value, canned_reply_exists, version_stale.</exception>
    public async Task<CannedReply> ChangeAsync(Caller caller, long id, CannedReplyDraft draft, Action<long> check, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var reply = await OwnAsync(db, caller, id, cancellation);
        check(reply.Version);
        (reply.Scope, reply.OwnerId) = (draft.Scope, await OwnerAsync(db, caller, draft, cancellation));
        (reply.Shortcut, reply.Text, reply.UpdatedAt) = (ShortcutOf(draft.Shortcut), TextOf(draft.Text), clock.GetUtcNow().UtcDateTime);
        db.AuditRow(caller, "canned_reply.changed", reply, AuditObject.Of("canned_reply", reply.Id, reply.Shortcut));
        await SaveAsync(db, cancellation);
        return reply;
    }

    /// <exception cref="RefusedException">canned_reply_not_found.</exception>
    public async Task RemoveAsync(Caller caller, long id, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var reply = await OwnAsync(db, caller, id, cancellation);
        await db.Set<CannedReplyUse>().Where(use => use.ReplyId == id).ExecuteDeleteAsync(cancellation);   // not every database removes them by itself
        db.Remove(reply);
        db.AuditRow(caller, "canned_reply.removed", reply, AuditObject.Of("canned_reply", reply.Id, reply.Shortcut));
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
    }

    /// <summary>Counts a use, for the order of the menu and the figures of the last days.</summary>
    /// <exception cref="RefusedException">canned_reply_not_found.</exception>
    public async Task UsedAsync(Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.ReadReplies);
        try
        {
            await CountUseAsync(caller, id, cancellation);
        }
        catch (DbUpdateException error) when (error.IsDuplicateKey)
        {
            await CountUseAsync(caller, id, cancellation);   // two of the first uses of a day met
        }
    }

    /// <summary>How often each was used in the last 30 days; those that were not are left out.</summary>
    public async Task<IReadOnlyDictionary<long, int>> RecentUsesAsync(Caller caller, IReadOnlyCollection<long> ids, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.ReadReplies);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var (since, visible) = (FirstRecentDay, Visible(db, caller));
        return await db.Set<CannedReplyUse>().Where(use => ids.Contains(use.ReplyId) && use.Day >= since && visible.Any(reply => reply.Id == use.ReplyId))
            .GroupBy(use => use.ReplyId).Select(uses => new { uses.Key, Count = uses.Sum(use => use.Count) }).ToDictionaryAsync(uses => uses.Key, uses => uses.Count, cancellation);
    }

    private async Task CountUseAsync(Caller caller, long id, CancellationToken cancellation)
    {
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        var now = clock.GetUtcNow().UtcDateTime;
        var (today, since) = (DateOnly.FromDateTime(now), FirstRecentDay);
        var counted = await Visible(db, caller).Where(reply => reply.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(reply => reply.Uses, reply => reply.Uses + 1).SetProperty(reply => reply.LastUsedAt, now), cancellation);
        if (counted == 0)
        {
            throw RefusedException.NotFound("canned_reply");
        }

        var uses = db.Set<CannedReplyUse>().Where(use => use.ReplyId == id);
        if (await uses.Where(use => use.Day == today).ExecuteUpdateAsync(set => set.SetProperty(use => use.Count, use => use.Count + 1), cancellation) == 0)
        {
            await uses.Where(use => use.Day < since).ExecuteDeleteAsync(cancellation);
            db.Add(new CannedReplyUse { TenantId = caller.TenantId, ReplyId = id, Day = today, Count = 1 });
            await db.SaveChangesAsync(cancellation);
        }

        await write.CommitAsync(cancellation);
    }

    private DateOnly FirstRecentDay => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(1 - RecentDays);

    private static IQueryable<CannedReply> Visible(InboxDb db, Caller caller)
    {
        var (user, departments) = (caller.UserId ?? 0, caller.Departments.ToList());
        // Who writes them for all sees those of every department too, or could not mend them.
        var every = caller.May(LabelPermissions.WriteReplies);
        return db.Set<CannedReply>().Where(reply => reply.Scope == ReplyScope.All
            || (reply.Scope == ReplyScope.Department && (every || departments.Contains(reply.OwnerId)))
            || (reply.Scope == ReplyScope.Personal && reply.OwnerId == user));
    }

    private static async Task<CannedReply> OwnAsync(InboxDb db, Caller caller, long id, CancellationToken cancellation)
    {
        caller.Require(LabelPermissions.ReadReplies);
        var reply = await Visible(db, caller).SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw RefusedException.NotFound("canned_reply");
        if (reply.Scope != ReplyScope.Personal)
        {
            caller.Require(LabelPermissions.WriteReplies);
        }

        return reply;
    }

    private static async Task<long> OwnerAsync(InboxDb db, Caller caller, CannedReplyDraft draft, CancellationToken cancellation)
    {
        caller.Require(draft.Scope == ReplyScope.Personal ? LabelPermissions.ReadReplies : LabelPermissions.WriteReplies);
        if (draft.Scope != ReplyScope.Department && draft.DepartmentId is not null)
        {
            throw new RefusedException("invalid_value", "A department belongs to the scope department only.", field: "department_id");
        }

        return draft.Scope switch
        {
            ReplyScope.All => 0,
            ReplyScope.Personal => caller.UserId ?? throw new RefusedException("invalid_value", "A key has no replies of its own.", field: "scope"),
            _ => draft.DepartmentId is { } department && await db.Set<Department>().AnyAsync(row => row.Id == department, cancellation)
                ? department
                : throw new RefusedException("invalid_value", "There is no such department.", field: "department_id"),
        };
    }

    private static async Task SaveAsync(InboxDb db, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException error) when (error.IsDuplicateKey)
        {
            throw new RefusedException("canned_reply_exists", "There is a canned reply with this shortcut.", StatusCodes.Status409Conflict, "shortcut");
        }
    }

    private static string ShortcutOf(string shortcut)
        => shortcut.Trim().TrimStart('/').ToLowerInvariant() is var word && Shortcut.IsMatch(word)
            ? word
            : throw new RefusedException("invalid_value", $"A shortcut is 1 to {CannedReply.LongestShortcut} letters, digits, dashes and underscores.", field: "shortcut");

    private static string TextOf(string text)
        => text.Trim() is { Length: > 0 and <= CannedReply.LongestText } trimmed
            ? trimmed
            : throw new RefusedException("invalid_value", $"The text has 1 to {CannedReply.LongestText} characters.", field: "text");

    [GeneratedRegex(@"^[\p{L}\p{Nd}_-]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shortcut { get; }
}
