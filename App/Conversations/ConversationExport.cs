using System.Runtime.CompilerServices;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>A conversation with all its messages, oldest first.</summary>
public sealed record ExportedConversation(ConversationRow Row, IReadOnlyList<MessageRow> Messages);

/// <summary>Gives out what a list with these filters shows, page by page, so that any number of conversations takes the memory of a few.</summary>
public sealed class ConversationExport(IDbContextFactory<InboxDb> dbs, ConversationLists lists)
{
    private const int PageRows = 100;

    // Of several conversations at once; a longer one stands alone.
    private const int MostMessages = 2000;

    /// <summary>Writes down that the caller takes an export. It comes before the first row: what was begun was seen.</summary>
    /// <exception cref="ForbiddenException">The caller may not export conversations.</exception>
    public async Task RecordAsync(Caller caller, ConversationFilter filter, string format, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        caller.Require(ConversationPermissions.Export);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        await using var write = await db.BeginAsync(cancellation);
        db.Audit(caller, "conversations.exported", new AuditObject("export", null), after: new { format, filter });
        await db.SaveChangesAsync(cancellation);
        await write.CommitAsync(cancellation);
    }

    /// <summary>Newest activity first. What neither reading nor exporting reaches is not there.</summary>
    public async IAsyncEnumerable<ExportedConversation> RowsAsync(
        Caller caller, ConversationFilter filter, bool withMessages, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var narrowed = Narrowed(caller);
        Cursor? after = null;
        do
        {
            var page = await lists.PageAsync(narrowed, filter, after, PageRows, cancellation);
            foreach (var together in await TogetherAsync(narrowed, page.Items, withMessages, cancellation))
            {
                var messages = withMessages ? await MessagesAsync(narrowed, together, cancellation) : Enumerable.Empty<MessageRow>().ToLookup(message => message.ConversationId);
                foreach (var row in together)
                {
                    yield return new ExportedConversation(row, [.. messages[row.Id].OrderBy(message => message.SentAt).ThenBy(message => message.Id)]);
                }
            }

            after = Cursor.Parse(page.NextCursor);
        }
        while (after is not null);
    }

    /// <summary>Reads as far as both permissions reach; of one person's scopes the wider holds the narrower.</summary>
    private static Caller Narrowed(Caller caller)
    {
        var (reads, exports) = (caller.ScopeOf(ConversationPermissions.Read), caller.ScopeOf(ConversationPermissions.Export));
        return exports >= reads ? caller : caller with
        {
            Rights = caller.Rights.ToDictionary(right => right.Key, right => right.Key == ConversationPermissions.Read ? exports : right.Value),
        };
    }

    /// <summary>The conversations in their order, in parts whose messages are held at once.</summary>
    private async Task<IReadOnlyList<IReadOnlyList<ConversationRow>>> TogetherAsync(Caller caller, IReadOnlyList<ConversationRow> rows, bool withMessages, CancellationToken cancellation)
    {
        if (!withMessages)
        {
            return [rows];
        }

        var ids = rows.Select(row => row.Id).ToArray();
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var counts = await Threads.Visible(db, caller).Where(message => ids.Contains(message.ConversationId)).GroupBy(message => message.ConversationId)
            .Select(messages => new { messages.Key, Count = messages.Count() }).ToDictionaryAsync(of => of.Key, of => of.Count, cancellation);
        var (parts, held) = (new List<List<ConversationRow>>(), 0);
        foreach (var row in rows)
        {
            var count = counts.GetValueOrDefault(row.Id);
            if (parts.Count == 0 || held + count > MostMessages)
            {
                parts.Add([]);
                held = 0;
            }

            parts[^1].Add(row);
            held += count;
        }

        return parts;
    }

    private async Task<ILookup<long, MessageRow>> MessagesAsync(Caller caller, IReadOnlyList<ConversationRow> rows, CancellationToken cancellation)
    {
        var ids = rows.Select(row => row.Id).ToArray();
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        return (await Threads.ReadAsync(db, caller, Threads.Visible(db, caller).Where(message => ids.Contains(message.ConversationId)), cancellation))
            .ToLookup(message => message.ConversationId);
    }
}
