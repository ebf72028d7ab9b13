using System.Text.RegularExpressions;
using Inbox.Contacts;
using Inbox.Data;
using Inbox.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <param name="Messages">Newest first.</param>
/// <param name="Contacts">Empty for those who may not see contacts.</param>
/// <param name="Conversations">Whose contact matches, newest activity first.</param>
public sealed record SearchResult(IReadOnlyList<MessageRow> Messages, IReadOnlyList<Contact> Contacts, IReadOnlyList<ConversationRow> Conversations);

/// <summary>
/// Finds by words what the caller may see. A message is found when it has every word, the last one by its beginning:
/// with FTS5 on SQLite, a text index on PostgreSQL, and by looking at each text on SQL Server.
/// </summary>
public sealed partial class MessageSearch(IDbContextFactory<InboxDb> dbs, IContactThreads threads)
{
    public const int LongestText = 200;

    private const int MostWords = 10;

    public async Task<SearchResult> FindAsync(Caller caller, string text, int limit, CancellationToken cancellation)
    {
        caller.Require(ConversationPermissions.Read);
        await using var db = await dbs.CreateDbContextAsync(cancellation);
        var messages = await Threads.ReadAsync(
            db, caller, Matching(db, Threads.Visible(db, caller), text).OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Id).Take(limit), cancellation);
        var contacts = caller.May(ContactPermissions.Read)
            ? await db.Set<Contact>().VisibleTo(db, caller, threads).Named(db, caller, text).OrderBy(c => c.Name).ThenBy(c => c.Id).Take(limit).AsNoTracking().ToListAsync(cancellation)
            : [];
        if (!caller.SeesAddresses())
        {
            contacts.ForEach(AddressMask.Put);
        }

        var named = db.Set<Contact>().Named(db, caller, text);
        var conversations = await ConversationLists.FirstAsync(caller, limit, visible => visible.Where(c => named.Any(contact => contact.Id == c.ContactId)), db, cancellation);
        return new SearchResult(messages, contacts, conversations);
    }

    /// <summary>Conversations whose contact or one of whose messages matches.</summary>
    internal static IQueryable<Conversation> Having(InboxDb db, Caller caller, IQueryable<Conversation> conversations, string text)
    {
        var named = db.Set<Contact>().Named(db, caller, text);
        var messages = Matching(db, db.Set<Message>(), text);
        return conversations.Where(c => named.Any(contact => contact.Id == c.ContactId) || messages.Select(m => m.ConversationId).Contains(c.Id));
    }

    internal static IQueryable<Message> Matching(InboxDb db, IQueryable<Message> messages, string text)
    {
        string[] words = [.. Word.Matches(text).Select(match => match.Value.ToLowerInvariant()).Distinct().Take(MostWords)];
        if (words.Length == 0)
        {
            return messages.Where(m => false);
        }

        if (db.Database.IsSqlServer())
        {
            return words.Aggregate(messages, (matching, word) => matching.Where(m => m.Text!.Contains(word)));
        }

        var tenant = db.TenantId;
        var found = db.Database.IsSqlite() ? Sqlite(db, tenant, words) : PostgreSql(db, tenant, words);
        return messages.Where(m => found.Contains(m.Id));
    }

    private static IQueryable<long> Sqlite(InboxDb db, long tenant, string[] words)
    {
        var match = $"Tenant : \"{tenant}\" AND Text : ({string.Join(" AND ", words.Select(word => $"\"{word}\""))} *)";
        return db.Database.SqlQuery<long>($"""SELECT "rowid" AS "Value" FROM "MessageWords" WHERE "MessageWords" MATCH {match}""");
    }

    // The expression is that of the index, to the letter.
    private static IQueryable<long> PostgreSql(InboxDb db, long tenant, string[] words)
    {
        var match = $"{string.Join(" & ", words.Select(word => $"'{word}'"))}:*";
        return db.Database.SqlQuery<long>(
            $"""SELECT "Id" AS "Value" FROM "Messages" WHERE "TenantId" = {tenant} AND to_tsvector('simple', translate(left("Text", 100000), '@.-_/:+#', '        ')) @@ to_tsquery('simple', {match})""");
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Word { get; }
}
