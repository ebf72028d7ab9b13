using Inbox.Data;
using Microsoft.EntityFrameworkCore;

namespace Inbox.Conversations;

/// <summary>Messages around a place of a thread: by time, for on a server each node takes ids in blocks.</summary>
internal static class MessagePlaces
{
    /// <summary>The place of the message with this id; where there is none, of the newest with a smaller one.</summary>
    /// <returns>Null: all stand behind it.</returns>
    public static async Task<Cursor?> PlaceAsync(this IQueryable<Message> messages, long id, CancellationToken cancellation)
        => await messages.PlaceOfAsync(id, cancellation)
            ?? await messages.Where(m => m.Id < id).OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Id).Select(m => (Cursor?)new Cursor(m.SentAt, m.Id)).FirstOrDefaultAsync(cancellation);

    /// <summary>The place of the message with this id.</summary>
    public static Task<Cursor?> PlaceOfAsync(this IQueryable<Message> messages, long id, CancellationToken cancellation)
        => messages.Where(m => m.Id == id).Select(m => (Cursor?)new Cursor(m.SentAt, m.Id)).SingleOrDefaultAsync(cancellation);

    public static IQueryable<Message> Before(this IQueryable<Message> messages, Cursor place)
        => messages.Where(m => m.SentAt < place.At || (m.SentAt == place.At && m.Id < place.Id));

    public static IQueryable<Message> After(this IQueryable<Message> messages, Cursor place)
        => messages.Where(m => m.SentAt > place.At || (m.SentAt == place.At && m.Id > place.Id));

    /// <summary>Including the message at the place.</summary>
    public static IQueryable<Message> UpTo(this IQueryable<Message> messages, Cursor place)
        => messages.Where(m => m.SentAt < place.At || (m.SentAt == place.At && m.Id <= place.Id));
}
