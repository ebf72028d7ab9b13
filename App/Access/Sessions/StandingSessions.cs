using Microsoft.EntityFrameworkCore;

namespace Inbox.Access.Sessions;

internal static class StandingSessions
{
    private const int Shown = 200;

    extension(IQueryable<Session> sessions)
    {
        /// <summary>Those that stand, for a list: the last used first.</summary>
        /// <param name="longestIdle">A browser's own limit, see <see cref="AuthOptions"/>; tokens have another.</param>
        public IQueryable<Session> StandingAt(DateTime now, TimeSpan longestIdle)
        {
            var idle = now - longestIdle;
            return sessions.AsNoTracking()
                .Where(session => session.EndedAt == null && session.ExpiresAt > now && (session.HasTokens || session.SeenAt > idle))
                .OrderByDescending(session => session.SeenAt).ThenByDescending(session => session.Id).Take(Shown);
        }
    }
}
